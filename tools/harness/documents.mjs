import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./paths.mjs";

/**
 * A table in Markdown.
 *
 * @param {readonly unknown[]} heads
 * @param {readonly (readonly unknown[])[]} rows
 */
export function markdownTable(heads, rows) {
  /** @param {readonly unknown[]} cells */
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  return [line(heads), `${"|---".repeat(heads.length)}|\n`, ...rows.map(line)].join("");
}

/**
 * Replaces what lies between `<!-- MARK -->` and `<!-- end of MARK -->` in a document.
 *
 * @param {string} path  from the root of the repository
 * @param {string} mark
 * @param {string} text
 */
export function replaceMarked(path, mark, text) {
  const file = join(repository, path);
  const marked = new RegExp(`(<!-- ${mark} -->\n)[^]*?(<!-- end of ${mark} -->)`);
  const document = readFileSync(file, "utf8");
  if (!marked.test(document)) throw new Error(`${path} has no <!-- ${mark} -->`);
  writeFileSync(file, document.replace(marked, (_, begin, end) => `${begin}\n${text.trimEnd()}\n\n${end}`));
}
