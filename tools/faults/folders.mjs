import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { resultsFolder } from "../harness/paths.mjs";
import { runFolder } from "../harness/scratch.mjs";

/** Where results are written. */
export const results = resultsFolder("faults");

/** Makes an empty folder, which is removed at the end of this run. */
export const emptyFolder = () => mkdtempSync(join(runFolder("faults"), "latchkey-"));
