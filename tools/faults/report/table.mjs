import { cpus, release, totalmem } from "node:os";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../scratch.mjs";

/** The table of all faults, as Markdown. */
export function report(told, { quick }) {
  const rows = told.map(({ number, title, rounds, figures, promises, lost, skipped }) => {
    if (skipped) return [`${number}. ${title}`, "0", `skipped: ${skipped}`, ""];
    // Nothing may be lost, and a time or a size be missed all the same: a row must not look as if it had passed.
    const broken = promises.filter(({ kept }) => !kept).map(({ what }) => `**BROKEN: ${what}**`);
    return [`${number}. ${title}`, rounds.toLocaleString("en"), [...figures, ...broken].join("; "), lost];
  });
  return `${machine(quick)}.\n\n${table(["fault", "rounds", "figures", "lost"], rows)}`;
}

function machine(quick) {
  const kernel = release().split(".", 2).join(".");
  const memory = Math.round(totalmem() / 2 ** 30);
  const rounds = quick ? "The few rounds of continuous integration" : "All rounds";
  return `${rounds}, on ${cpus().length} cores of ${cpus()[0]?.model.trim()}, ${memory} GiB, Linux ${kernel}; clients, proxies, PostgreSQL and all nodes share them`;
}

function table(heads, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  return [line(heads), `${"|---".repeat(heads.length)}|\n`, ...rows.map(line)].join("");
}

/** Puts the table between the marks of the page that shows it. */
export function writeInto(path, text) {
  const file = join(repository, path);
  const marked = /(<!-- faults -->\n)[^]*?(<!-- end of faults -->)/;
  const document = readFileSync(file, "utf8");
  writeFileSync(file, document.replace(marked, (_, begin, end) => `${begin}\n${text.trimEnd()}\n\n${end}`));
}
