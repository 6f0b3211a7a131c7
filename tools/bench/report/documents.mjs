import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceMarked } from "../../harness/documents.mjs";
import { repository } from "../../harness/paths.mjs";

/** Puts the tables between the marks of the documents that show them, and writes the plot beside them. */
export function writeInto({ table, shortTable, picture }) {
  writeFileSync(join(repository, "docs/performance.svg"), picture);
  replaceMarked("docs/performance.md", "figures", table);
  replaceMarked("README.md", "figures", shortTable);
}
