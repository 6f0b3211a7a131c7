import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../bench/scratch.mjs";

export { repository };

/** Where results are written. */
export const results = join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "faults");

const atTheEnd = { stop: [], remove: [] };

/** Has a server stopped when this program ends, however it does, before all that still runs is killed. */
export function stopAtTheEnd(stop) {
  if (atTheEnd.stop.length === 0) process.prependListener("exit", () => atTheEnd.stop.forEach((action) => action()));
  atTheEnd.stop.push(stop);
}

// After all is killed; a process that is still ending may write once more.
function removeAtTheEnd(folder) {
  if (atTheEnd.remove.length === 0) process.on("exit", () => atTheEnd.remove.forEach(remove));
  atTheEnd.remove.push(folder);
}

const remove = (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });

let run;

/** An empty folder of this run, all of which are removed at its end. They lie beside the results: on a disk, not in memory. */
export function emptyFolder() {
  if (!run) {
    mkdirSync(results, { recursive: true });
    run = mkdtempSync(join(results, "run-"));
    removeAtTheEnd(run);
  }
  return mkdtempSync(join(run, "latchkey-"));
}

/** An empty folder with a short name, for sockets: the path of one has at most 107 bytes. */
export function shortFolder() {
  const short = mkdtempSync(join(tmpdir(), "latchkey-faults."));
  removeAtTheEnd(short);
  return short;
}
