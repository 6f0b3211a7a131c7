import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const keysSql = `SELECT id, state, revision, CASE WHEN secret_hash IS NULL AND public_key IS NULL THEN 1 ELSE 0 END, last_used_at FROM access_keys`;
const recordsSql = `SELECT subject_id, revision, action FROM audit_records WHERE action IN ('created', 'activated', 'deactivated')
  ORDER BY subject_id, revision, id`;

/** Reads keys and their history from a database, without Latchkey: a Map of ID to { state, revision, lastUsedAt, records }. */
export async function storedKeys(query) {
  const keys = new Map();
  const entry = (id) => keys.get(id) ?? keys.set(id, { records: [] }).get(id);
  for (const [id, state, revision, isHalf, lastUsedAt] of await query(keysSql)) {
    Object.assign(entry(id), { state, revision: Number(revision), isHalf: isHalf === "1", lastUsedAt: Number(lastUsedAt) });
  }
  for (const [id, revision, action] of await query(recordsSql)) {
    // Records about people are left out.
    if (/^(ak|oc)_/.test(id)) entry(id).records.push({ revision: Number(revision), action });
  }
  return keys;
}

/** The inconsistencies of stored keys: a key without a secret, or a history that does not end in the key's state. */
export function contradictions(keys) {
  return [...keys].flatMap(([id, key]) => contradictionsOf(key).map((what) => `${id}: ${what}`));
}

function contradictionsOf({ state, revision, isHalf, records }) {
  if (state === undefined) return ["it has a history, but does not exist"];
  const [created, ...toggles] = records;
  const found = [];
  if (isHalf) found.push("it has neither a secret nor a public key");
  if (created?.action !== "created") found.push("its first record is not its creation");
  if (records.some((record, index) => record.revision !== index + 1)) found.push("its history has a gap");
  if (records.length !== revision) found.push(`${records.length} records for revision ${revision}`);
  if (toggles.some(({ action }, index) => action !== (index % 2 === 0 ? "activated" : "deactivated"))) found.push("a record changes nothing");
  if (state !== (toggles.at(-1)?.action === "activated" ? "active" : "inactive")) found.push(`it is ${state} after ${toggles.at(-1)?.action}`);
  return found;
}

const sqlite = join(fileURLToPath(import.meta.url), "../sqlite.py");

/** Queries a SQLite file, as `PostgresServer.query` queries PostgreSQL. `through` is a program that can see the file, if this one cannot. */
export async function querySqlite(file, sql, through = []) {
  const [command, ...args] = [...through, "python3", sqlite, file, sql];
  const { stdout } = await run(command, args, { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout);
}

/** SQLite's check of its file: "ok", or what is wrong. */
export const integrityOf = async (query) => (await query("PRAGMA integrity_check")).join("; ");
