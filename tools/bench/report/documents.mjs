import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../scratch.mjs";

/** Puts the tables between the marks of the documents that show them, and the plot beside them. */
export function writeInto({ table, shortTable, picture }) {
  writeFileSync(join(repository, "docs/performance.svg"), picture);
  replace("docs/performance.md", table);
  replace("README.md", shortTable);
}

function replace(path, text) {
  const file = join(repository, path);
  const document = readFileSync(file, "utf8");
  const marked = /(<!-- figures -->\n)[^]*?(<!-- end of figures -->)/;
  writeFileSync(file, document.replace(marked, (_, begin, end) => `${begin}\n${text.trimEnd()}\n\n${end}`));
}
