import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, bearer } from "../../harness/http.mjs";
import { refuseTakenPort } from "../../harness/ports.mjs";
import { Program } from "../../harness/programs.mjs";
import { bench } from "../folders.mjs";
import { get, load } from "../load/requests.mjs";

const port = 4102;
const url = `http://127.0.0.1:${port}/`;

/** Starts better-auth with 100 API keys on SQLite. */
export async function startBetterAuth() {
  await refuseTakenPort(port);
  const folder = join(bench, "peers/better-auth");
  const env = { PATH: process.env.PATH, NODE_ENV: "production", PORT: String(port) };
  const server = new Program("node", ["server.mjs"], { cwd: folder, env });
  // It listens when its keys are created, and answers 401 to a request without a key.
  await server.waitUntil("better-auth to answer", async () => (await ask(url)).status === 401);
  const keys = readFileSync(join(folder, `keys-${port}.txt`), "utf8").trim().split("\n");
  return { verify: load(url, keys.map((key) => get(url, bearer(key)))), stop: () => server.stop() };
}
