import type { Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";

/** Links between pages of the console: `app/src/navigation/`. */

const link = (page: Page, name: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });

/** Counts the page loads from now on. */
function loads(page: Page): () => number {
  let count = 0;
  page.on("request", (request) => {
    if (request.isNavigationRequest()) count++;
  });
  return () => count;
}

test("a link opens its page, and Back returns, without a reload", async ({ accessKeys, page }) => {
  await accessKeys.open("api_key");
  const count = loads(page);
  await link(page, "Members").click();
  await expect(page).toHaveURL(/\/members$/);
  await expect(page).toHaveTitle("Members · Latchkey");
  await expect(link(page, "Members")).toHaveAttribute("aria-current", "page");
  await page.goBack();
  await expect(page).toHaveURL(/\/access-keys\?tab=api-keys$/);
  await expect(page.getByRole("tab", { name: "API Keys" })).toHaveAttribute("aria-selected", "true");
  expect(count()).toBe(0);
});

test("a link that is clicked twice takes one step back", async ({ accessKeys, page }) => {
  await accessKeys.open();
  await link(page, "Members").click();
  await expect(page).toHaveURL(/\/members$/);
  await link(page, "Members").click();
  await page.goBack();
  await expect(page).toHaveURL(/\/access-keys/);
});

test("a click with a modifier key is left to the browser, which opens another tab", async ({ accessKeys, context, page }) => {
  await accessKeys.open();
  const opened = context.waitForEvent("page");
  await link(page, "Members").click({ modifiers: ["ControlOrMeta"] });
  await expect(await opened).toHaveURL(/\/members$/);
  await expect(page).toHaveURL(/\/access-keys/);
});

test("the link to the API reference, which is outside of the console, loads it", async ({ accessKeys, page }) => {
  await accessKeys.open();
  const count = loads(page);
  await link(page, "API reference").click();
  await expect(page).toHaveURL(/\/docs\/api$/);
  expect(count()).toBe(1);
});
