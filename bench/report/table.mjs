/** The report as Markdown: the rows with their bars, and the figures that they are made of. */
export function tables(rows, figures, machine) {
  return [
    `${machine}.`,
    "",
    "| path | must | aim | measured | verdict |",
    "|---|---|---|---|---|",
    ...rows.map(line),
    "",
    ...loads(figures),
  ].join("\n");
}

/** How many of the bars were reached, in one line. */
export function summary(rows) {
  const judged = rows.filter(({ measured, verdict }) => measured !== undefined && verdict !== "");
  const count = (verdict) => judged.filter((row) => row.verdict === verdict).length;
  return `${count("aim met")} aims met, ${count("must met") + count("aim missed")} not, ${count("MISSED")} musts missed`;
}

function line(row) {
  const shown = (bar) => (bar === undefined ? "" : withUnit(row, bar));
  return `| ${row.title} | ${shown(row.must)} | ${shown(row.aim)} | ${withUnit(row, row.measured)} | ${row.verdict} |`;
}

function withUnit({ over, unit }, number) {
  if (number === undefined) return "";
  if (over) return `${rounded(number)}×`;
  return unit ? `${rounded(number)} ${unit}` : String(Math.round(number));
}

/** Three digits that count, and whole numbers from 100 on. */
function rounded(number) {
  return Math.abs(number) >= 100 ? Math.round(number).toLocaleString("en") : String(Number(number.toPrecision(2 + (Math.abs(number) >= 1))));
}

function loads(figures) {
  const measured = Object.entries(figures).filter(([, { rate }]) => rate !== undefined);
  if (measured.length === 0) return [];
  return [
    "| load | a second | p50 | p99 | slowest and fastest round |",
    "|---|---|---|---|---|",
    ...measured.map(
      ([name, { rate, p50, p99, rates }]) =>
        `| ${name} | ${Math.round(rate).toLocaleString("en")} | ${p50.toFixed(2)} ms | ${p99.toFixed(2)} ms | ${[Math.min(...rates), Math.max(...rates)].map((one) => one.toLocaleString("en")).join(" to ")} |`,
    ),
    "",
  ];
}
