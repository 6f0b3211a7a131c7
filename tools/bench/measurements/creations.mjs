import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../fixtures/folder.mjs";
import { load, postJson } from "../load/requests.mjs";
import { medians } from "../load/rounds.mjs";
import { mustSucceed, wrk } from "../load/wrk.mjs";
import { quantile } from "../../harness/statistics.mjs";
import { bench } from "../folders.mjs";
import { startLatchkey } from "../servers/latchkey.mjs";

/**
 * Creations of keys, each of which is on the disk before it is answered, beside two rates of the disk itself: a page that is
 * written and synced, as SQLite does once per commit (WAL, synchronous=FULL), and SQLite's commits of one small row each.
 */

const page = Buffer.alloc(4096, 1);
const pagesOfLog = 1_000;

export const title = "Creations";
export const figures = ["creations, 1 connection", "creations, 8 connections", "commits of the disk", "commits of SQLite"];

export async function measure(_wanted, { rounds, seconds }) {
  const { folder, cookie } = await makeFolder({});
  const latchkey = await startLatchkey(folder);
  const url = `${latchkey.url}/api/access-keys/create`;
  const create = load(url, [postJson(url, cookie, { kind: "api_key", name: "Warehouse" })]);
  const results = { disk: [], sqlite: [], one: [], eight: [] };
  // The rate of a disk changes from second to second, so each is measured again every few seconds.
  const log = fullLog(join(folder, "pages"));
  for (let turn = 0; turn < rounds * seconds; turn++) {
    results.disk.push(rateOf(syncedPages(log, 1)));
    results.sqlite.push(rateOf(commitsOfSqlite(join(folder, "commits.db"), 1)));
    results.one.push(await wrk(create, { connections: 1, seconds: 1 }));
    results.eight.push(await wrk(create, { connections: 8, seconds: 1 }));
  }
  closeSync(log);
  await latchkey.stop();
  for (const result of [...results.one, ...results.eight]) mustSucceed("creations", result);
  return {
    "creations, 1 connection": medians(results.one),
    "creations, 8 connections": medians(results.eight),
    "commits of the disk": medians(results.disk),
    "commits of SQLite": medians(results.sqlite),
  };
}

/** Opens a file as long as SQLite's log becomes; like that log, it is overwritten again and again. */
function fullLog(path) {
  const file = openSync(path, "w");
  for (let number = 0; number < pagesOfLog; number++) writeSync(file, page);
  fsyncSync(file);
  return file;
}

/** Writes and syncs one page after another. Returns the seconds that each took. */
function syncedPages(file, seconds) {
  const times = [];
  const end = performance.now() + seconds * 1000;
  for (let before = performance.now(); before < end; ) {
    writeSync(file, page, 0, page.length, (times.length % pagesOfLog) * page.length);
    fsyncSync(file);
    const after = performance.now();
    times.push((after - before) / 1000);
    before = after;
  }
  return times;
}

function commitsOfSqlite(path, seconds) {
  const script = [join(bench, "fixtures/commits.py"), path, String(seconds)];
  return JSON.parse(execFileSync("python3", script, { encoding: "utf8" }));
}

function rateOf(times) {
  const total = times.reduce((sum, time) => sum + time, 0);
  return { rate: times.length / total, p50: quantile(times, 0.5) * 1000, p99: quantile(times, 0.99) * 1000 };
}
