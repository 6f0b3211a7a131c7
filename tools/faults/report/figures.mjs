import { quantile } from "../../harness/statistics.mjs";

/** Formats many times as "name 1.2 ms, p99 3.4 ms": the median and the 99th percentile. */
export function times(name, milliseconds) {
  return `${name} ${duration(quantile(milliseconds, 0.5))}, p99 ${duration(quantile(milliseconds, 0.99))}`;
}

/** Formats a time for a reader. */
export function duration(milliseconds) {
  if (milliseconds === Infinity) return "never";
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(0)} s`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
