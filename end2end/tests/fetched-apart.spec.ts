import type { Page } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { scriptSizes } from "../support/sizes.ts";
import { enter, expect, test } from "../support/test.ts";

/** Views whose code is fetched when they open: `app/src/lean/chunks.rs`. */

const parts = /\/pkg\/split_[^/]*\.wasm$/;

function fetchedParts(page: Page): string[] {
  const fetched: string[] = [];
  page.on("request", (request) => {
    const path = new URL(request.url()).pathname;
    if (parts.test(path)) fetched.push(path.replace(/^\/pkg\/split_|\..*$/g, ""));
  });
  return fetched;
}

test("the list fetches no further file, the first dialog one, the second none", async ({ accessKeys, page }) => {
  const fetched = fetchedParts(page);
  await accessKeys.open("api_key");
  expect(fetched).toEqual([]);
  for (const _ of ["first", "second"]) {
    await accessKeys.createButton("api_key").first().click();
    await expect(accessKeys.createDialog("api_key")).toBeVisible();
    expect(fetched).toEqual(["key_dialogs"]);
    await page.keyboard.press("Escape");
    await expect(accessKeys.createDialog("api_key")).toBeHidden();
  }
});

test("the list takes at most 160 kB of WebAssembly and JavaScript, in brotli", async ({ context, latchkey, page, script }) => {
  await enter(context, script);
  const size = scriptSizes(page);
  await new AccessKeysPage(page, latchkey).open();
  const bytes = await size();
  expect(bytes, "everything that the list needs was counted").toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(160_000);
});

test("the code that shows a secret is loaded before a key can be created", async ({ accessKeys, page }) => {
  await accessKeys.open("api_key");
  await accessKeys.createButton("api_key").first().click();
  await expect(accessKeys.createDialog("api_key")).toBeVisible();
  await page.route(parts, (route) => route.abort());
  await accessKeys.createDialog("api_key").getByLabel("Name", { exact: true }).fill("Warehouse");
  await accessKeys.createDialog("api_key").getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Save the secret for “Warehouse”" })).toBeVisible();
});

test.describe("without the network", () => {
  test.use({ expectedError: /Failed to fetch/ });

  test("a dialog whose code cannot be fetched says so, and opens on the next attempt", async ({ accessKeys, page }) => {
    await accessKeys.open("api_key");
    await page.route(parts, (route) => route.abort());
    await accessKeys.createButton("api_key").first().click();
    const dialog = accessKeys.createDialog("api_key");
    await expect(dialog.getByRole("alert")).toContainText("Couldn't load this section");
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect(dialog).toBeHidden();
    await accessKeys.createButton("api_key").first().click();
    await expect(dialog.getByRole("alert")).toBeVisible();
    await page.unroute(parts);
    await dialog.getByRole("button", { name: "Try again" }).click();
    await expect(dialog.getByLabel("Name", { exact: true })).toBeFocused();
  });
});
