import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Program, runProgram } from "../../harness/programs.mjs";
import { median } from "../../harness/statistics.mjs";
import { makeFolder } from "../fixtures/folder.mjs";
import { bench, scratch } from "../folders.mjs";
import { startLatchkey } from "../servers/latchkey.mjs";

/**
 * Lighthouse's scores of the sign-in page and of a list of 100 keys, on a simulated slow phone (its default) and on a desktop.
 * The score of each category is the median of its runs.
 */

const pages = { "sign-in": "/sign-in", keys: "/access-keys?tab=api-keys" };
const devices = { phone: [], desktop: ["--preset=desktop"] };
const categories = ["performance", "accessibility", "best-practices"];
const nameOf = (page, device, category) => `lighthouse ${page}, ${device}, ${category}`;

export const title = "Lighthouse";
export const figures = Object.keys(pages).flatMap((page) =>
  Object.keys(devices).flatMap((device) => categories.map((category) => nameOf(page, device, category))),
);

export async function measure(_wanted, { rounds }) {
  const { folder, cookie } = await makeFolder({ keys: 100 });
  const latchkey = await startLatchkey(folder);
  const headers = join(scratch(), "headers.json");
  writeFileSync(headers, JSON.stringify({ Cookie: cookie }));
  const measured = {};
  for (const [page, path] of Object.entries(pages)) {
    const signedIn = page === "sign-in" ? [] : ["--extra-headers", headers];
    for (const [device, preset] of Object.entries(devices)) {
      const runs = [];
      for (let round = 0; round < rounds; round++) {
        runs.push(await scores(latchkey.url + path, [...signedIn, ...preset]));
      }
      for (const category of categories) {
        measured[nameOf(page, device, category)] = { value: median(runs.map((run) => run[category])) };
      }
      console.log(`  ${page}, ${device}: ${runs.map((run) => Object.values(run).join("/")).join(" ")}`);
    }
  }
  await latchkey.stop();
  return measured;
}

async function scores(url, options) {
  const report = join(scratch(), "lighthouse.json");
  await runLighthouse(url, ["--output=json", `--output-path=${report}`, ...options]);
  const { categories: scored, finalDisplayedUrl, audits } = JSON.parse(readFileSync(report, "utf8"));
  // Without a session, the page of keys would redirect to the sign-in page, and the scores would be those of that page.
  if (finalDisplayedUrl !== url) throw new Error(`Lighthouse arrived at ${finalDisplayedUrl} instead of ${url}`);
  printFailedAudits(scored, audits);
  return Object.fromEntries(categories.map((category) => [category, Math.round(scored[category].score * 100)]));
}

/** Runs Lighthouse in a new browser, and once more if it could not record the page and asks for that. */
async function runLighthouse(url, options, isLast = false) {
  const browser = await startBrowser();
  const fixed = ["--quiet", `--port=${browser.port}`, `--only-categories=${categories}`];
  const lighthouse = join(bench, "node_modules/.bin/lighthouse");
  const { status, output } = await runProgram(lighthouse, [url, ...fixed, ...options], { cwd: scratch(), within: 300_000 });
  await browser.stop();
  if (status === 0) return;
  if (isLast || !/Please run Lighthouse again/.test(output)) throw new Error(`Lighthouse failed: ${output}`);
  console.log(`    again: ${output.trim()}`);
  await runLighthouse(url, options, true);
}

/** Prints the audits that cost points. */
function printFailedAudits(scored, audits) {
  for (const category of Object.values(scored)) {
    for (const { id, weight } of category.auditRefs) {
      const { score, title, displayValue = "" } = audits[id];
      if (weight > 0 && score !== null && score < 0.9) console.log(`    ${category.id}: ${title} ${displayValue}`);
    }
  }
}

async function startBrowser() {
  const options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"];
  const profile = `--user-data-dir=${mkdtempSync(join(scratch(), "browser-"))}`;
  const browser = new Program(process.env.CHROMIUM ?? "chromium", [...options, profile, "about:blank"]);
  const listens = () => browser.stderr.match(/DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/)?.[1];
  const port = await browser.waitUntil("the browser to listen", listens, 30_000);
  return { port, stop: () => browser.stop() };
}
