import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../fixtures/folder.mjs";
import { load, postJson } from "../load/requests.mjs";
import { medians } from "../load/rounds.mjs";
import { mustSucceed, wrk } from "../load/wrk.mjs";
import { scratch } from "../scratch.mjs";
import { startLatchkey } from "../servers/latchkey.mjs";

/**
 * Creations of keys, each on the disk before it is answered, beside what the disk itself commits: SQLite with a write-ahead log and
 * synchronous=FULL syncs that log once a commit.
 */

const page = Buffer.alloc(4096, 1);
const pagesOfLog = 1_000;

export const title = "Creations";
export const figures = ["creations, 1 connection", "creations, 8 connections", "commits of the disk"];

export async function measure(_wanted, { rounds, seconds }) {
  const { folder, cookie } = await makeFolder({});
  const latchkey = await startLatchkey(folder);
  const url = `${latchkey.url}/api/access-keys/create`;
  const create = load(url, [postJson(url, cookie, { kind: "api_key", name: "Warehouse" })]);
  const results = { one: [], eight: [], disk: [] };
  for (let round = 0; round < rounds; round++) {
    results.disk.push(commits(join(folder, "commits"), seconds));
    results.one.push(await wrk(create, { connections: 1, seconds }));
    results.eight.push(await wrk(create, { connections: 8, seconds }));
    const rates = [results.disk, results.one, results.eight].map((all) => Math.round(all.at(-1).rate));
    console.log(`  round ${round + 1}: disk ${rates[0]}, one connection ${rates[1]}, eight ${rates[2]} a second`);
  }
  await latchkey.stop();
  for (const result of [...results.one, ...results.eight]) mustSucceed("creations", result);
  return {
    "creations, 1 connection": medians(results.one),
    "creations, 8 connections": medians(results.eight),
    "commits of the disk": medians(results.disk),
  };
}

/** Writes one page and syncs it, again and again, in a file that is as long as SQLite lets its log become. */
function commits(path, seconds) {
  const file = openSync(path, "w");
  const times = [];
  const end = performance.now() + seconds * 1000;
  const start = performance.now();
  let before = start;
  while (before < end) {
    writeSync(file, page, 0, page.length, (times.length % pagesOfLog) * page.length);
    fsyncSync(file);
    const after = performance.now();
    times.push(after - before);
    before = after;
  }
  closeSync(file);
  times.sort((one, other) => one - other);
  const at = (part) => times[Math.floor((times.length - 1) * part)];
  return { rate: times.length / ((before - start) / 1000), p50: at(0.5), p99: at(0.99) };
}
