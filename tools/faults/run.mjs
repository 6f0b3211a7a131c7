import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceMarked } from "../harness/documents.mjs";
import { exitOnSignals } from "../harness/exit.mjs";
import { binary } from "../harness/paths.mjs";
import { cases } from "./cases/index.mjs";
import { results as folder } from "./folders.mjs";
import { optionsOf, usage } from "./options.mjs";
import { report } from "./report/table.mjs";

exitOnSignals();
const options = optionsOf(process.argv.slice(2));
if (options.help) {
  console.log(usage);
  process.exit();
}
if (!existsSync(binary)) throw new Error(`no release binary at ${binary}: run "make build"`);
mkdirSync(folder, { recursive: true });

const results = [];
for (const [number, fault] of cases) {
  if (!options.only.test(`${number} ${fault.title}`)) continue;
  console.log(`${number}. ${fault.title}`);
  const before = performance.now();
  const outcome = await runFault(fault);
  results.push({ number, title: fault.title, ...outcome });
  print(outcome, (performance.now() - before) / 1000);
  // Written after each fault, so that a run that stops early still has its table.
  writeFileSync(join(folder, "table.md"), report(results, options));
}

const table = report(results, options);
if (options.write) replaceMarked("docs/reliability.md", "faults", table);
console.log(`\n${table}`);
const failed = results.filter(({ kept }) => !kept).length;
const skipped = results.filter((outcome) => outcome.skipped).length;
if (skipped > 0) console.log(`${skipped} skipped`);
// Continuous integration adds the last line to the count of the tests.
console.log(`${results.length - failed - skipped} passed, ${failed} failed`);
process.exit(failed > 0 || results.length === 0 ? 1 : 0);

/** Runs a fault and returns its outcome. If the harness fails, the fault has failed: its promises were not seen to be kept. */
async function runFault({ run }) {
  try {
    const outcome = await run(options);
    if (outcome.skipped) return { ...outcome, kept: true };
    return { ...outcome, kept: outcome.lost === 0 && outcome.promises.every(({ kept }) => kept) };
  } catch (error) {
    return { rounds: 0, figures: [`did not finish: ${error.message.split("\n")[0]}`], lost: "?", promises: [], kept: false, error };
  }
}

function print({ skipped, figures = [], lost, promises = [], kept, error }, seconds) {
  if (skipped) return console.log(`   skipped: ${skipped}`);
  for (const figure of figures) console.log(`   ${figure}`);
  for (const { what, kept: isKept } of promises) console.log(`   ${isKept ? "kept" : "BROKEN"}: ${what}`);
  if (error) console.log(error.stack);
  console.log(`   lost: ${lost}, ${kept ? "passed" : "FAILED"} after ${seconds.toFixed(0)} s`);
}
