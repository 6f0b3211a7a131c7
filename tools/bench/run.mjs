import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitOnSignals } from "../harness/exit.mjs";
import { binary } from "../harness/paths.mjs";
import { figuresOf, judged, rows } from "./bars.mjs";
import * as lighthouse from "./measurements/lighthouse.mjs";
import { measurements as ofTheServer } from "./measurements/of-the-server.mjs";
import * as site from "./measurements/site.mjs";
import { optionsOf, usage } from "./options.mjs";
import { writeInto } from "./report/documents.mjs";
import { conditions } from "./report/conditions.mjs";
import { plot } from "./report/plot.mjs";
import { report, shortReport, summary } from "./report/table.mjs";
import { results } from "./folders.mjs";

exitOnSignals();
const measurements = [...ofTheServer, site, lighthouse];

const options = optionsOf(process.argv.slice(2));
if (options.help) {
  console.log(usage);
  process.exit();
}
if (!existsSync(binary)) throw new Error(`there is no release binary at ${binary}: make build`);

const chosen = rows.filter(({ title }) => options.only.test(title));
const wanted = figuresOf(chosen);
const figures = {};
mkdirSync(results, { recursive: true });
for (const measurement of measurements) {
  if (!measurement.figures.some((figure) => wanted.has(figure))) continue;
  console.log(`${measurement.title}:`);
  Object.assign(figures, await measurement.measure(wanted, options));
  // At once: a run that stops later has told these.
  writeFileSync(join(results, "figures.json"), JSON.stringify(figures, null, 2));
}

const told = chosen.map((row) => judged(row, figures));
const table = report(told, figures, conditions(options));
const picture = plot(figures, conditions(options));
writeFileSync(join(results, "table.md"), table);
writeFileSync(join(results, "plot.svg"), picture);
if (options.write) writeInto({ table, shortTable: shortReport(told, conditions(options)), picture });
console.log(`\n${table}\n${summary(told)}. Written to ${results}: table.md, plot.svg and figures.json`);
process.exit();
