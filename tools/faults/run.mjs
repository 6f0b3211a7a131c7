import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceMarked } from "../harness/documents.mjs";
import { exitOnSignals } from "../harness/exit.mjs";
import { binary } from "../harness/paths.mjs";
import { cases } from "./cases/index.mjs";
import { results } from "./folders.mjs";
import { optionsOf, usage } from "./options.mjs";
import { report } from "./report/table.mjs";

exitOnSignals();
const options = optionsOf(process.argv.slice(2));
if (options.help) {
  console.log(usage);
  process.exit();
}
if (!existsSync(binary)) throw new Error(`there is no release binary at ${binary}: make build`);
mkdirSync(results, { recursive: true });

const told = [];
for (const [number, fault] of cases) {
  if (!options.only.test(`${number} ${fault.title}`)) continue;
  console.log(`${number}. ${fault.title}`);
  const before = performance.now();
  const outcome = await judged(fault);
  told.push({ number, title: fault.title, ...outcome });
  tell(outcome, (performance.now() - before) / 1000);
  // At once: a run that is stopped later has told these.
  writeFileSync(join(results, "table.md"), report(told, options));
}

const table = report(told, options);
if (options.write) replaceMarked("docs/reliability.md", "faults", table);
console.log(`\n${table}`);
const failed = told.filter(({ kept }) => !kept).length;
const skipped = told.filter((outcome) => outcome.skipped).length;
if (skipped > 0) console.log(`${skipped} skipped`);
// The last line is counted together with the tests.
console.log(`${told.length - failed - skipped} passed, ${failed} failed`);
process.exit(failed > 0 || told.length === 0 ? 1 : 0);

/** What came of a fault. One whose harness fails has not kept its promise: nobody has seen it kept. */
async function judged({ run }) {
  try {
    const outcome = await run(options);
    if (outcome.skipped) return { ...outcome, kept: true };
    return { ...outcome, kept: outcome.lost === 0 && outcome.promises.every(({ kept }) => kept) };
  } catch (error) {
    return { rounds: 0, figures: [`did not end: ${error.message.split("\n")[0]}`], lost: "?", promises: [], kept: false, error };
  }
}

function tell({ skipped, figures = [], lost, promises = [], kept, error }, seconds) {
  if (skipped) return console.log(`   skipped: ${skipped}`);
  for (const figure of figures) console.log(`   ${figure}`);
  for (const { what, kept: isKept } of promises) console.log(`   ${isKept ? "kept" : "BROKEN"}: ${what}`);
  if (error) console.log(error.stack);
  console.log(`   lost: ${lost}, ${kept ? "passed" : "FAILED"} after ${seconds.toFixed(0)} s`);
}
