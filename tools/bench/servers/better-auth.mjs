import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bearer, get, load } from "../load/requests.mjs";
import { bench } from "../scratch.mjs";
import { ready, refuseTakenPort, start, stop } from "./process.mjs";

const port = 4102;
const url = `http://127.0.0.1:${port}/`;

/** better-auth with its API keys on SQLite, 100 of them. */
export async function startBetterAuth() {
  await refuseTakenPort(port);
  const folder = join(bench, "peers/better-auth");
  const env = { PATH: process.env.PATH, NODE_ENV: "production", PORT: String(port) };
  const child = start("node", ["server.mjs"], { cwd: folder, env });
  // It answers once its keys are made, and refuses whoever has none.
  await ready(child, "better-auth", () => fetch(url).then((answer) => answer.status === 401, () => false));
  const keys = readFileSync(join(folder, `keys-${port}.txt`), "utf8").trim().split("\n");
  return { verify: load(url, keys.map((key) => get(url, bearer(key)))), stop: () => stop(child) };
}
