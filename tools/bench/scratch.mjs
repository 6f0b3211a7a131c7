import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this harness. */
export const bench = dirname(fileURLToPath(import.meta.url));

/** The repository. */
export const repository = dirname(dirname(bench));

/** Where results are written. */
export const results = join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "bench");

let folder;

/** The folder of this run, removed at its end. It lies beside the results: on a disk, and not in memory as /tmp may be. */
export function scratch() {
  if (!folder) {
    mkdirSync(results, { recursive: true });
    folder = mkdtempSync(join(results, "run-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  return folder;
}
