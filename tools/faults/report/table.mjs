import { markdownTable } from "../../harness/documents.mjs";
import { machine } from "../../harness/machine.mjs";

/** The table of all faults, as Markdown. */
export function report(results, { quick }) {
  const rows = results.map(({ number, title, rounds, figures, promises, lost, skipped }) => {
    if (skipped) return [`${number}. ${title}`, "0", `skipped: ${skipped}`, ""];
    // A fault can break a promise about a time or a size without losing anything. Its row must not look as if it had passed.
    const broken = promises.filter(({ kept }) => !kept).map(({ what }) => `**BROKEN: ${what}**`);
    return [`${number}. ${title}`, rounds.toLocaleString("en"), [...figures, ...broken].join("; "), lost];
  });
  return `${conditions(quick)}.\n\n${markdownTable(["fault", "rounds", "figures", "lost"], rows)}`;
}

function conditions(quick) {
  const { cores, system } = machine();
  const rounds = quick ? "The few rounds of continuous integration" : "All rounds";
  return `${rounds}, on ${cores}, ${system}; clients, proxies, PostgreSQL and all nodes share them`;
}
