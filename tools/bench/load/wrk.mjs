import { join } from "node:path";
import { Program } from "../../harness/programs.mjs";
import { withDeadline } from "../../harness/wait.mjs";
import { bench } from "../folders.mjs";

/** How long wrk may take beyond its load, in milliseconds. */
const finishesWithin = 30_000;

/** Runs wrk for the given number of seconds, with one thread and keep-alive. */
export async function wrk({ origin, file }, { connections = 8, seconds }) {
  return await begin({ origin, file }, { connections, seconds }).result;
}

/** Starts wrk. When it is stopped early, it reports what it has done so far. */
export function begin({ origin, file }, { connections, seconds }) {
  const script = join(bench, "load/requests.lua");
  const options = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-s", script, origin, "--", file];
  const program = new Program("wrk", options);
  const closed = withDeadline("wrk to finish", program.closed, { within: seconds * 1000 + finishesWithin, details: () => program.output });
  return { result: closed.then(() => parse(program.output)), stop: () => program.signal("SIGINT") };
}

function parse(output) {
  const line = output.match(/^wrk-result (.*)$/m)?.[1];
  if (!line) throw new Error(`wrk printed no result: ${output}`);
  const { requests, microseconds, refused, broken, p50, p99 } = JSON.parse(line);
  return { requests, refused, broken, rate: (requests / microseconds) * 1e6, p50: p50 / 1000, p99: p99 / 1000 };
}

/** Throws unless every answer was a success: a server that refuses quickly is not fast. */
export function mustSucceed(name, { requests, refused, broken }) {
  if (requests === 0 || refused > 0 || broken > 0) {
    throw new Error(`${name}: of ${requests} requests, ${refused} were refused and ${broken} had no answer`);
  }
}
