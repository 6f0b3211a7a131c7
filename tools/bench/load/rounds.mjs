import { median } from "../../harness/statistics.mjs";
import { mustSucceed, wrk } from "./wrk.mjs";

/**
 * Loads each of several servers in turn, round after round, so that other load on the machine affects all of them. Each round
 * begins with a different server. Returns the medians by name.
 */
export async function inRounds(loads, { rounds, seconds, connections }) {
  const names = Object.keys(loads);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) mustSucceed(name, await wrk(loads[name], { connections, seconds: 1 }));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      const result = await wrk(loads[name], { connections, seconds });
      mustSucceed(name, result);
      results[name].push(result);
      console.log(`  round ${round + 1}: ${name}: ${Math.round(result.rate)} a second`);
    }
  }
  return Object.fromEntries(names.map((name) => [name, medians(results[name])]));
}

/** The median of each measure of several results. */
export function medians(results) {
  const of = (measure) => median(results.map((result) => result[measure]));
  return { rate: of("rate"), p50: of("p50"), p99: of("p99"), rates: results.map((result) => Math.round(result.rate)) };
}
