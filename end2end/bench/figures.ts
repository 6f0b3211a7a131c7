import { writeFileSync } from "node:fs";
import { type Page, expect, test } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { Latchkey } from "../support/latchkey.ts";
import { Session } from "../support/session.ts";
import { scriptSizes } from "../support/sizes.ts";
import { enter } from "../support/test.ts";

/** Measures what `make bench` reports about the site, and writes it to the file that FIGURES names. Nothing here asserts a time. */

const keys = 1_000;
const rounds = 5;

test("figures", async ({ browser }) => {
  const latchkey = await Latchkey.withAdministrator();
  const script = await Session.signIn(latchkey);
  for (let number = 0; number < keys; number++) await script.createKey("api_key", `Key ${number}`);

  const onPage = async <T>(work: (page: Page) => Promise<T>): Promise<T> => {
    const context = await browser.newContext();
    await enter(context, await Session.signIn(latchkey));
    const done = await work(await context.newPage());
    await context.close();
    return done;
  };

  const working: number[] = [];
  for (let round = 0; round < rounds; round++) {
    working.push(
      await onPage(async (page) => {
        const before = performance.now();
        await openDialog(page, latchkey);
        return performance.now() - before;
      }),
    );
  }
  const { initial, withDialogs } = await onPage(async (page) => {
    const sizes = scriptSizes(page);
    const accessKeys = new AccessKeysPage(page, latchkey);
    await accessKeys.open();
    const initial = await sizes();
    await accessKeys.createButton("oauth_client").first().click();
    await expect(accessKeys.createDialog("oauth_client")).toBeVisible();
    return { initial, withDialogs: await sizes() };
  });

  await latchkey.stop();
  latchkey.remove();
  const figures = {
    "initial WASM and JS": initial / 1000,
    "initial and dialogs": withDialogs / 1000,
    "until Create works": median(working),
  };
  if (process.env.FIGURES) writeFileSync(process.env.FIGURES, JSON.stringify(figures));
  else console.log(figures);
});

/** Clicks Create as soon as the button exists, as an impatient person would, and waits for the dialog. */
async function openDialog(page: Page, latchkey: Latchkey): Promise<void> {
  const accessKeys = new AccessKeysPage(page, latchkey);
  await page.goto(`${latchkey.url}/access-keys`, { waitUntil: "commit" });
  await accessKeys.createButton("oauth_client").first().click();
  await expect(accessKeys.createDialog("oauth_client")).toBeVisible();
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
