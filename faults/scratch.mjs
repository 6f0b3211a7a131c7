import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../bench/scratch.mjs";

export { repository };

/** Where results are written. */
export const results = join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "faults");

let folder;

/** An empty folder of this run, all of which are removed at its end. They lie beside the results: on a disk, not in memory. */
export function emptyFolder() {
  if (!folder) {
    mkdirSync(results, { recursive: true });
    folder = mkdtempSync(join(results, "run-"));
    removeAtTheEnd(folder);
  }
  return mkdtempSync(join(folder, "latchkey-"));
}

/** An empty folder with a short name, for sockets: the path of one has at most 107 bytes. */
export function shortFolder() {
  const short = mkdtempSync(join(tmpdir(), "latchkey-faults."));
  removeAtTheEnd(short);
  return short;
}

// What writes there is killed by then; a process that is still ending may write once more.
function removeAtTheEnd(path) {
  process.on("exit", () => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
}
