import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { administratorSettings, startLatchkey as start } from "../../harness/latchkey.mjs";
import { binary } from "../../harness/paths.mjs";
import { scratch } from "../folders.mjs";

/** Makes a folder for a Latchkey to run in. */
export function emptyFolder() {
  return mkdtempSync(join(scratch(), "latchkey-"));
}

/** Copies the folder of a Latchkey that has stopped. */
export function copyOf(folder) {
  const copy = emptyFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Whether the release has a setting. A setting that it does not know would silently change nothing. */
export function knows(setting) {
  return execFileSync(binary, ["serve", "--help"], { encoding: "utf8", timeout: 30_000 }).includes(setting);
}

/** Starts the release in a folder, with SQLite and its default settings except for those that are given. */
export function startLatchkey(folder, settings = {}) {
  return start({ folder, settings: { ...administratorSettings, ...settings } });
}
