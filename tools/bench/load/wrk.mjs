import { once } from "node:events";
import { join } from "node:path";
import { bench } from "../scratch.mjs";
import { start } from "../servers/process.mjs";

/** Runs wrk, one thread with keep-alive, for so many seconds. */
export async function wrk({ origin, file }, { connections = 8, seconds }) {
  return await begin({ origin, file }, { connections, seconds }).result;
}

/** Begins to run wrk. Stopped early, it tells what it has done so far. */
export function begin({ origin, file }, { connections, seconds }) {
  const script = join(bench, "load/requests.lua");
  const options = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-s", script, origin, "--", file];
  const child = start("wrk", options);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const result = once(child, "close").then(() => parse(output));
  return { result, stop: () => child.kill("SIGINT") };
}

function parse(output) {
  const line = output.match(/^wrk-result (.*)$/m)?.[1];
  if (!line) throw new Error(`wrk told nothing: ${output}`);
  const { requests, microseconds, refused, broken, p50, p99 } = JSON.parse(line);
  return { requests, refused, broken, rate: (requests / microseconds) * 1e6, p50: p50 / 1000, p99: p99 / 1000 };
}

/** Every answer must be a success: a server that refuses quickly is not fast. */
export function mustSucceed(name, { requests, refused, broken }) {
  if (requests === 0 || refused > 0 || broken > 0) {
    throw new Error(`${name}: of ${requests} requests, ${refused} were refused and ${broken} had no answer`);
  }
}
