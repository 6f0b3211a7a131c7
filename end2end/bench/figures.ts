import { readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { type Page, expect, test } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { Latchkey } from "../support/latchkey.ts";
import { Session } from "../support/session.ts";
import { scriptSizes } from "../support/sizes.ts";
import { enter } from "../support/test.ts";

/** Measures what the README's "Figures" tells, and prints it as a Markdown table. Nothing here asserts a time. */

const keys = 1_000;
const rounds = 5;
const figures: [what: string, measured: string, goal: string][] = [];

test("figures", async ({ browser }) => {
  const latchkey = await Latchkey.withAdministrator();
  const script = await Session.signIn(latchkey);
  for (let number = 0; number < keys; number++) await script.createKey("api_key", `Key ${number}`);

  const starts: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await latchkey.stop();
    const before = performance.now();
    await latchkey.start();
    starts.push(performance.now() - before);
  }
  figures.push([`Start until ready, ${keys} keys`, `${Math.round(median(starts))} ms`, "under 1 s"]);

  await new Promise((resolve) => setTimeout(resolve, 3_000));
  figures.push([`Memory of the idle server, ${keys} keys`, `${mebibytes(latchkey.pid)} MiB`, "under 40 MiB"]);

  const working: number[] = [];
  let initial = 0;
  let withDialog = 0;
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext();
    await enter(context, await Session.signIn(latchkey));
    const page = await context.newPage();
    const before = performance.now();
    await openDialog(page, latchkey);
    working.push(performance.now() - before);
    await context.close();
  }
  {
    const context = await browser.newContext();
    await enter(context, await Session.signIn(latchkey));
    const page = await context.newPage();
    const sizes = scriptSizes(page);
    const accessKeys = new AccessKeysPage(page, latchkey);
    await accessKeys.open();
    initial = await sizes();
    await accessKeys.createButton("oauth_client").first().click();
    await expect(accessKeys.createDialog("oauth_client")).toBeVisible();
    withDialog = await sizes();
    await context.close();
  }
  figures.push(["Initial WebAssembly and JavaScript, brotli", `${Math.round(initial / 1000)} kB`, "at most 260 kB"]);
  figures.push(["The same with the dialogs, fetched when the first one opens", `${Math.round(withDialog / 1000)} kB`, ""]);
  figures.push(["From navigation to a Create button that opens its dialog", `${Math.round(median(working))} ms`, "under 1.5 s"]);

  await latchkey.stop();
  latchkey.remove();
  report();
});

/** Clicks Create until the dialog is there, as an impatient person would. */
async function openDialog(page: Page, latchkey: Latchkey): Promise<void> {
  const accessKeys = new AccessKeysPage(page, latchkey);
  await page.goto(`${latchkey.url}/access-keys`, { waitUntil: "commit" });
  await accessKeys.createButton("oauth_client").first().click();
  await expect(accessKeys.createDialog("oauth_client")).toBeVisible();
}

function mebibytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(status.match(/VmRSS:\s+(\d+)/)?.[1]) / 1024);
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function report(): void {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const table = [
    `Measured by \`make bench\`, median of ${rounds}, on ${cpus().length} cores of ${cpu?.model.trim()}, ${memory} GiB, Linux ${release().split(".", 2).join(".")}.`,
    "",
    "| figure | measured | goal |",
    "|---|---|---|",
    ...figures.map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
  console.log(`\n${table}`);
  if (process.env.FIGURES) writeFileSync(process.env.FIGURES, table);
}
