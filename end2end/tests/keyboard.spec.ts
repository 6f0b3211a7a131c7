import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";

/** Presses Tab until `target` has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached ${target}`);
}

test("a key is made, activated, deactivated and deleted by keyboard alone", async ({ accessKeys, page, latchkey }) => {
  await tabTo(page, accessKeys.tab("oauth_client"));
  await page.keyboard.press("ArrowRight");
  await expect(accessKeys.tab("api_key")).toBeFocused();
  await expect(accessKeys.tab("api_key")).toHaveAttribute("aria-selected", "true");

  await tabTo(page, accessKeys.createButton("api_key"));
  await page.keyboard.press("Enter");
  const create = accessKeys.createDialog("api_key");
  await expect(create.getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.type("Warehouse");
  await page.keyboard.press("Enter");

  const ready = page.getByRole("dialog", { name: "Warehouse is ready" });
  await expect(ready).toBeVisible();
  latchkey.secrets.add(await ready.getByLabel("Key secret").inputValue());
  const download = ready.getByRole("button", { name: "Download", exact: true });
  await expect(download).toBeFocused();
  const saved = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  await saved;
  await page.keyboard.press("Escape");
  await expect(ready).toBeHidden();

  const row = accessKeys.row("Warehouse");
  await tabTo(page, row.activate);
  await page.keyboard.press("Enter");
  await row.expectStatus("Active");

  await tabTo(page, row.deactivate);
  await page.keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: "Deactivate Warehouse?" });
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(row.deactivate).toBeFocused();

  await tabTo(page, row.more);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Rename" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Scopes" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Delete" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(row.more).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Rename" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const name = page.getByLabel("Type the key's name to confirm");
  await expect(name).toBeFocused();
  await page.keyboard.type("Warehouse");
  await page.keyboard.press("Enter");
  await expect(row.nameButton).toBeHidden();
});

test("what has the focus shows it", async ({ accessKeys, page }) => {
  await accessKeys.tab("oauth_client").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  const ring = await accessKeys.tab("oauth_client").evaluate((element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return { outline: outlineStyle !== "none" && outlineWidth !== "0px", shadow: boxShadow !== "none" };
  });
  expect(ring.outline || ring.shadow).toBe(true);
});

test("a skip link or few presses lead to the page's content", async ({ accessKeys, page }) => {
  await page.reload();
  await accessKeys.isReady();
  await tabTo(page, accessKeys.createButton("oauth_client"));
});
