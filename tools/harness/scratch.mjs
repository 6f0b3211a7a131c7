import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atExit } from "./exit.mjs";
import { resultsFolder } from "./paths.mjs";

/**
 * Makes an empty folder, which is removed when this program exits.
 *
 * @param {string} parent
 * @param {string} prefix
 */
export function temporaryFolder(parent, prefix) {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, prefix));
  atExit("remove", () => removeFolder(folder));
  return folder;
}

/**
 * Makes an empty folder with a short name, for sockets: the path of one has at most 107 bytes.
 */
export const shortFolder = () => temporaryFolder(tmpdir(), "latchkey-");

/**
 * Removes a folder and everything in it. Retries, because a process that is still exiting may write once more.
 *
 * @param {string} folder
 */
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** @type {Map<string, string>} */
const runFolders = new Map();

/**
 * Returns the folder of this run of a tool. It lies beside the results: on a disk, and not in memory as /tmp may be.
 *
 * @param {string} tool
 */
export function runFolder(tool) {
  const folder = runFolders.get(tool) ?? temporaryFolder(resultsFolder(tool), "run-");
  runFolders.set(tool, folder);
  return folder;
}
