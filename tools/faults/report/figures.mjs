import { quantile } from "../../harness/statistics.mjs";

/** "name 1.2 ms, p99 3.4 ms" of many times. */
export function times(name, milliseconds) {
  return `${name} ${shown(quantile(milliseconds, 0.5))}, p99 ${shown(quantile(milliseconds, 0.99))}`;
}

/** A time as people read it. */
export function shown(milliseconds) {
  if (milliseconds === Infinity) return "never";
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(0)} s`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
