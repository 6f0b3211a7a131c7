import { join } from "node:path";

/** The root of the repository. */
export const repository = join(import.meta.dirname, "../..");

/** The release binary that is tested and measured. */
export const binary = process.env.LATCHKEY_BINARY ?? join(repository, "target/release/latchkey");

/**
 * The folder for the results of a tool, below Cargo's target folder.
 *
 * @param {string} tool
 */
export const resultsFolder = (tool) => join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), tool);
