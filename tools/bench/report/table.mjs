import { markdownTable } from "../../harness/documents.mjs";

/** The report as Markdown: the machine, the rows with their targets, and the loads that the rows come from. */
export function report(rows, figures, machine) {
  return [`${machine}.\n`, bars(rows), loads(figures)].join("\n");
}

/** The rows that the README shows. */
const HEADLINES = [
  "ping with an API key ÷ better-auth on SQLite",
  "token, ES256 ÷ oidc-provider ES256",
  "cached ping during the flood ÷ without",
];

/** The machine and three rows, for the README. */
export function shortReport(rows, machine) {
  return [`${machine}.\n`, bars(rows.filter(({ title }) => HEADLINES.includes(title)))].join("\n");
}

/** How many of the targets were reached, in one line. */
export function summary(rows) {
  const count = (...verdicts) => rows.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return `${count("aim met")} aims met, ${count("must met", "aim missed")} not, ${count("MISSED")} musts missed`;
}

function bars(rows) {
  return markdownTable(["path", "must", "aim", "measured", "verdict"], rows.map(barsOf));
}

function barsOf({ title, over, unit, must, aim, measured, verdict }) {
  const shown = (number) => {
    if (number === undefined) return "";
    if (over) return `${rounded(number)}×`;
    return unit ? `${rounded(number)} ${unit}` : String(Math.round(number));
  };
  return [title, shown(must), shown(aim), shown(measured), verdict];
}

function loads(figures) {
  const measured = Object.entries(figures).filter(([, { rate }]) => rate !== undefined);
  if (measured.length === 0) return "";
  const load = ([name, { rate, p50, p99, rates }]) => [
    name,
    rounded(rate),
    `${p50.toFixed(2)} ms`,
    `${p99.toFixed(2)} ms`,
    `${rounded(Math.min(...rates))} to ${rounded(Math.max(...rates))}`,
  ];
  return markdownTable(["load", "a second", "p50", "p99", "slowest and fastest round"], measured.map(load));
}

/** Rounds to two decimals below 10, one below 100, and none above. */
function rounded(number) {
  const digits = Math.abs(number) < 10 ? 2 : Math.abs(number) < 100 ? 1 : 0;
  return Number(number.toFixed(digits)).toLocaleString("en");
}
