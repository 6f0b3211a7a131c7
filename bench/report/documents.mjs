import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../scratch.mjs";

/** Puts the report between the marks of the documents that show it, and the plot beside them. */
export function writeInto(report, picture) {
  writeFileSync(join(repository, "docs/performance.svg"), picture);
  const [machine, bars] = report.split("\n\n");
  replace("docs/performance.md", report);
  replace("README.md", `${machine}\n\n${bars}`);
}

function replace(path, text) {
  const file = join(repository, path);
  const document = readFileSync(file, "utf8");
  const marked = /(<!-- figures -->\n)[^]*?(<!-- end of figures -->)/;
  writeFileSync(file, document.replace(marked, (_, begin, end) => `${begin}\n${text.trimEnd()}\n\n${end}`));
}
