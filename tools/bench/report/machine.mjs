import { cpus, release, totalmem } from "node:os";

/** The machine that was measured on, and how. */
export function machine({ rounds, seconds }) {
  const memory = Math.round(totalmem() / 2 ** 30);
  const kernel = release().split(".", 2).join(".");
  return (
    `Median of ${rounds} interleaved rounds of ${seconds} s, 8 connections with keep-alive, ` +
    `on ${cpus().length} cores of ${cpus()[0]?.model.trim()} shared with the load generator, ${memory} GiB, Linux ${kernel}`
  );
}
