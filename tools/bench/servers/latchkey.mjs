import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { repository, scratch } from "../scratch.mjs";
import { answers, ready, start, stop } from "./process.mjs";

/** The release that is measured. */
export const binary = process.env.LATCHKEY_BINARY ?? join(repository, "target/release/latchkey");

export const administrator = { email: "ana@northwind.example", password: "copper-heron-lantern-47" };

const environment = {
  PATH: process.env.PATH,
  LATCHKEY_DRAIN: "0",
  LATCHKEY_METRICS_LISTEN: "off",
  LATCHKEY_ORGANIZATION: "Northwind",
  LATCHKEY_ADMIN_EMAIL: administrator.email,
  LATCHKEY_ADMIN_PASSWORD: administrator.password,
};

/** A folder for a Latchkey to run in. */
export function emptyFolder() {
  return mkdtempSync(join(scratch(), "latchkey-"));
}

/** A folder like another whose Latchkey has stopped. */
export function copyOf(folder) {
  const copy = emptyFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Whether the release has a setting: one that it does not know would change nothing, unnoticed. */
export function knows(setting) {
  return execFileSync(binary, ["serve", "--help"], { encoding: "utf8" }).includes(setting);
}

/** Starts the release in a folder, on a port that the system chooses, with SQLite and all as it is by default. */
export async function startLatchkey(folder, settings = {}) {
  const before = performance.now();
  const child = start(binary, ["serve", "--listen", "127.0.0.1:0"], { cwd: folder, env: { ...environment, ...settings } });
  let url;
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
    url ??= output.match(/listens on (http:\S+)/)?.[1];
  });
  await ready(child, "latchkey", async () => url !== undefined && (await answers(`${url}/readyz`)));
  return { url, pid: child.pid, startedIn: performance.now() - before, stop: () => stop(child) };
}
