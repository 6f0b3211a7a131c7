import { machine } from "../../harness/machine.mjs";

/** The machine that was measured on, and how, in one sentence. */
export function conditions({ rounds, seconds }) {
  const { cores, system } = machine();
  return (
    `Median of ${rounds} interleaved rounds of ${seconds} s, 8 connections with keep-alive, ` +
    `on ${cores} shared with the load generator, ${system}`
  );
}
