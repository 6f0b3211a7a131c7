import { resultsFolder } from "../harness/paths.mjs";
import { runFolder } from "../harness/scratch.mjs";

/** The folder of the benchmarks. */
export const bench = import.meta.dirname;

/** Where results are written. */
export const results = resultsFolder("bench");

/** The folder of this run, which is removed at its end. */
export const scratch = () => runFolder("bench");
