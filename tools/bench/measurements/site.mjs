import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { binary, repository } from "../../harness/paths.mjs";
import { scratch } from "../folders.mjs";

/** What a browser fetches and when the page works, measured with the page objects of the end-to-end tests. */

export const title = "Site";
export const figures = ["initial WASM and JS", "initial and dialogs", "until Create works"];

export async function measure() {
  const file = join(scratch(), "figures.json");
  execFileSync("npx", ["playwright", "test", "--config", "bench/playwright.config.ts"], {
    cwd: join(repository, "end2end"),
    env: { ...process.env, LATCHKEY_BINARY: binary, FIGURES: file },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const measured = JSON.parse(readFileSync(file, "utf8"));
  return Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, { value }]));
}
