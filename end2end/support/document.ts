import { readFileSync } from "node:fs";

/** A step that a Markdown document asks its reader to take. */
export type Step =
  | { kind: "run"; line: number; commands: string }
  | { kind: "expect"; line: number; output: string }
  /** An action that the test takes in the reader's place, from a comment: `<!-- browser: activate both -->`. */
  | { kind: "do"; line: number; what: string };

/** Reads the blocks of `sh`, except those marked `not-run`. The `text` after a block is what it prints. */
export function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  let fence: { info: string; line: number; body: string[] } | undefined;
  for (const [index, text] of readFileSync(path, "utf8").split("\n").entries()) {
    const line = index + 1;
    if (fence) {
      if (text.startsWith("```")) {
        const body = fence.body.join("\n");
        if (fence.info === "sh") steps.push({ kind: "run", line: fence.line, commands: body });
        if (fence.info === "text") steps.push({ kind: "expect", line: fence.line, output: body });
        fence = undefined;
      } else {
        fence.body.push(text);
      }
    } else if (text.startsWith("```")) {
      fence = { info: text.slice(3).trim(), line, body: [] };
    } else {
      const what = text.match(/^<!-- ((?:browser|server): .*) -->$/)?.[1];
      if (what) steps.push({ kind: "do", line, what });
    }
  }
  return steps;
}

/** Whether a program printed what a document shows; `…` matches any text. */
export function isAsShown(shown: string, printed: string): boolean {
  const pattern = shown.trim().split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*?");
  return new RegExp(`^${pattern}$`).test(printed.trim());
}

/** Finds secrets by their format: secrets of access keys, tokens, tokens of one-time links, and passwords in request bodies. */
export function secretsIn(text: string): string[] {
  const patterns = [
    /\blk_[a-z]{2}_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}\b/g,
    /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g,
    /(?<=#)[\w-]{65}\b/g,
    /(?<=\\?"(?:password|current|new)\\?":\\?")[^"\\]{8,}/g,
  ];
  return patterns.flatMap((pattern) => text.match(pattern) ?? []);
}

/** Reads the table below a heading of a Markdown document: one record per row, by column name, without code marks. */
export function tableBelow(heading: string, path: string): Record<string, string>[] {
  const lines = readFileSync(path, "utf8").split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`${path} has no heading "${heading}"`);
  const rest = lines.slice(start + 1);
  const first = rest.findIndex((line) => line.startsWith("|"));
  const end = rest.findIndex((line, index) => index > first && !line.startsWith("|"));
  const cells = (line: string) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replace(/^`(.*)`$/, "$1").replaceAll("\\|", "|"));
  const [head, , ...rows] = rest.slice(first, end < 0 ? undefined : end).map(cells);
  return rows.map((row) => Object.fromEntries((head ?? []).map((name, index) => [name, row[index] ?? ""])));
}
