import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exitOnSignals } from "../harness/exit.mjs";
import { binary } from "../harness/paths.mjs";
import { interval } from "../harness/statistics.mjs";
import { withDeadline } from "../harness/wait.mjs";
import { bench } from "./folders.mjs";
import { measurements } from "./measurements/of-the-server.mjs";

/**
 * Compares two releases in paired rounds: each figure is measured with one release and then with the other, so that other load
 * on the machine affects both. Fails if the 95 % interval of a figure lies entirely more than 3 % below the earlier release.
 */

const usage = `Compares the release with an earlier one, in paired rounds.

  --before PATH   the earlier binary
  --rounds N      the number of pairs (10)
  --seconds N     how long each load lasts (2)
  --only PATTERN  only the measurements whose title matches
`;

const atLeast = 0.97;

/** How long one measurement may take, in milliseconds. */
const measuresWithin = 1_800_000;

exitOnSignals();

const { values: options } = parseArgs({
  options: {
    before: { type: "string", default: "" },
    rounds: { type: "string", default: "10" },
    seconds: { type: "string", default: "2" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});
if (options.help || !options.before) {
  console.log(usage);
  process.exit(options.help ? 0 : 2);
}
for (const path of [binary, options.before]) if (!existsSync(path)) throw new Error(`no binary at ${path}`);

const sides = { before: start(options.before), after: start(binary) };
const ratios = {};
for (let round = 0; round < Number(options.rounds); round++) {
  for (const [index, { title }] of measurements.entries()) {
    if (!new RegExp(options.only, "i").test(title)) continue;
    const order = round % 2 === 0 ? ["before", "after"] : ["after", "before"];
    const figures = {};
    for (const name of order) figures[name] = await measure(sides[name], index);
    for (const figure of Object.keys(figures.after)) {
      (ratios[figure] ??= []).push(improvement(figures.before[figure], figures.after[figure]));
    }
  }
  console.error(`round ${round + 1} of ${options.rounds}`);
}
for (const side of Object.values(sides)) side.disconnect();

const rows = Object.entries(ratios).map(([figure, values]) => ({ figure, ...interval(values) }));
console.log("| figure | after ÷ before (more is better) | 95 % interval |\n|---|---|---|");
for (const { figure, mean, low, high } of rows) {
  const mark = high < atLeast ? ", **worse**" : "";
  console.log(`| ${figure} | ${mean.toFixed(3)} | ${low.toFixed(3)} to ${high.toFixed(3)}${mark} |`);
}
process.exitCode = rows.some(({ high }) => high < atLeast) ? 1 : 0;

function start(path) {
  const env = { ...process.env, LATCHKEY_BINARY: path };
  return fork(join(bench, "measurements/on-demand.mjs"), { env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

async function measure(side, index) {
  const settled = new AbortController();
  const { signal } = settled;
  const message = once(side, "message", { signal });
  const exited = once(side, "exit", { signal }).then(([code]) => {
    throw new Error(`the program that measures exited with ${code}`);
  });
  side.send({ index, seconds: Number(options.seconds) });
  const first = Promise.race([message, exited]);
  const [answer] = await withDeadline("a measurement", first, { within: measuresWithin }).finally(() => settled.abort());
  if (answer.error) throw new Error(answer.error);
  return answer;
}

/** The factor by which a figure has improved: a rate improves by growing, a time or a size by shrinking. */
function improvement(before, after) {
  return "rate" in after ? after.rate / before.rate : before.value / after.value;
}
