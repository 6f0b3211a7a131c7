import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";

/** Presses Tab until `target` has the focus, as a person without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached ${target}`);
}

test("a key is created, activated, deactivated and deleted by keyboard only", async ({ accessKeys, page, latchkey }) => {
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

  const ready = page.getByRole("dialog", { name: "Save the secret for “Warehouse”" });
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
  await expect(row.nameButton).toBeFocused();
  await tabTo(page, row.activate);
  await page.keyboard.press("Enter");
  await row.expectStatus("Active");
  await expect(row.deactivate).toBeFocused();

  await page.keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: "Deactivate Warehouse?" });
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(row.deactivate).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, question.getByRole("button", { name: "Deactivate", exact: true }));
  await page.keyboard.press("Enter");
  await row.expectStatus("Inactive");
  await expect(row.activate).toBeFocused();

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
  const content = page.getByRole("main");
  await expect(content).toBeFocused();

  const deleted = page.getByRole("group", { name: "Status" }).getByRole("button", { name: "Deleted" });
  await tabTo(page, deleted);
  await page.keyboard.press("Enter");
  const restore = page.getByRole("button", { name: "Restore Warehouse" });
  await tabTo(page, restore);
  await page.keyboard.press("Enter");
  await expect(row.nameButton).toBeHidden();
  await expect(content).toBeFocused();
});

test("Got it and Close without saving move the focus to the new key, even if the list is slow", async ({ accessKeys, page }) => {
  for (const name of ["First", "Second"]) {
    let answer = () => {};
    const isClosed = new Promise<void>((resolve) => (answer = resolve));
    const question = await accessKeys.startCreating("api_key");
    await page.route("**/api/access-keys/list", (route) => isClosed.then(() => route.continue()));
    await question.getByLabel("Name", { exact: true }).fill(name);
    await question.getByRole("button", { name: "Create", exact: true }).click();
    const dialog = accessKeys.secretDialog(name);
    await dialog.appears();
    if (name === "First") await dialog.download();
    await dialog.button("Got it").click();
    if (name === "Second") await dialog.button("Close without saving").click();
    await expect(dialog.element).toBeHidden();
    answer();
    await expect(accessKeys.row(name).nameButton).toBeFocused();
    await page.unroute("**/api/access-keys/list");
  }
});

test("the focused element is visibly focused", async ({ accessKeys, page }) => {
  await accessKeys.tab("oauth_client").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  const ring = await accessKeys.tab("oauth_client").evaluate((element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return { outline: outlineStyle !== "none" && outlineWidth !== "0px", shadow: boxShadow !== "none" };
  });
  expect(ring.outline || ring.shadow).toBe(true);
});

test("the first Tab leads to a link that skips the menu", async ({ accessKeys, page }) => {
  await page.reload();
  await accessKeys.isReady();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(accessKeys.createButton("oauth_client")).toBeFocused();
});
