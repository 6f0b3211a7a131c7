import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitOnSignals } from "../harness/exit.mjs";
import { binary } from "../harness/paths.mjs";
import { figuresOf, rows, withVerdict } from "./bars.mjs";
import * as lighthouse from "./measurements/lighthouse.mjs";
import { measurements as ofTheServer } from "./measurements/of-the-server.mjs";
import * as site from "./measurements/site.mjs";
import { optionsOf, usage } from "./options.mjs";
import { writeInto } from "./report/documents.mjs";
import { conditions } from "./report/conditions.mjs";
import { plot } from "./report/plot.mjs";
import { report, shortReport, summary } from "./report/table.mjs";
import { results as folder } from "./folders.mjs";

exitOnSignals();
const measurements = [...ofTheServer, site, lighthouse];

const options = optionsOf(process.argv.slice(2));
if (options.help) {
  console.log(usage);
  process.exit();
}
if (!existsSync(binary)) throw new Error(`no release binary at ${binary}: run "make build"`);

const chosen = rows.filter(({ title }) => options.only.test(title));
const wanted = figuresOf(chosen);
const figures = {};
mkdirSync(folder, { recursive: true });
for (const measurement of measurements) {
  if (!measurement.figures.some((figure) => wanted.has(figure))) continue;
  console.log(`${measurement.title}:`);
  Object.assign(figures, await measurement.measure(wanted, options));
  // Written after each measurement, so that a run that stops early still has its figures.
  writeFileSync(join(folder, "figures.json"), JSON.stringify(figures, null, 2));
}

const results = chosen.map((row) => withVerdict(row, figures));
const table = report(results, figures, conditions(options));
const picture = plot(figures, conditions(options));
writeFileSync(join(folder, "table.md"), table);
writeFileSync(join(folder, "plot.svg"), picture);
if (options.write) writeInto({ table, shortTable: shortReport(results, conditions(options)), picture });
console.log(`\n${table}\n${summary(results)}. Written to ${folder}: table.md, plot.svg and figures.json`);
process.exit();
