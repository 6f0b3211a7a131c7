import type { AccessKeysPage } from "../pages/access-keys.ts";
import type { Session } from "../support/session.ts";
import { expect, test } from "../support/test.ts";

test("the tab is in the URL, and Back goes back", async ({ accessKeys, page }) => {
  await accessKeys.choose("api_key");
  await expect(page).toHaveURL(/tab=api-keys/);
  await expect(accessKeys.createButton("api_key")).toBeVisible();
  await page.reload();
  await accessKeys.isReady();
  await expect(accessKeys.tab("api_key")).toHaveAttribute("aria-selected", "true");
  await accessKeys.choose("oauth_client");
  await expect(page).toHaveURL(/tab=oauth-clients/);
  await page.goBack();
  await expect(accessKeys.tab("api_key")).toHaveAttribute("aria-selected", "true");
});

test("each tab lists its own kind", async ({ accessKeys, script }) => {
  await script.createKey("oauth_client", "Client");
  await script.createKey("api_key", "Key");
  await accessKeys.open("oauth_client");
  expect(await accessKeys.names()).toEqual(["Client"]);
  await expect(accessKeys.page.getByRole("columnheader", { name: "Client ID" })).toBeVisible();
  await accessKeys.choose("api_key");
  await expect(accessKeys.row("Key").nameButton).toBeVisible();
  expect(await accessKeys.names()).toEqual(["Key"]);
  await expect(accessKeys.page.getByRole("columnheader", { name: "Key ID" })).toBeVisible();
});

test("an empty tab says what to do", async ({ accessKeys, page }) => {
  await expect(page.getByRole("heading", { name: "No OAuth clients yet" })).toBeVisible();
  await page.getByRole("button", { name: "Create your first OAuth client" }).click();
  await expect(accessKeys.createDialog("oauth_client")).toBeVisible();
});

test("search finds a part of the name in any case, and the start of an ID", async ({ accessKeys, script }) => {
  const { key } = await script.createKey("api_key", "Lager SÜD");
  await script.createKey("api_key", "Warehouse north");
  await accessKeys.open("api_key");
  await accessKeys.search.fill("süd");
  await expect(accessKeys.nameButtons()).toHaveText(["Lager SÜD"]);
  await accessKeys.search.fill("HOUSE");
  await expect(accessKeys.nameButtons()).toHaveText(["Warehouse north"]);
  await accessKeys.search.fill(key.id.slice(0, 9));
  await expect(accessKeys.nameButtons()).toHaveText(["Lager SÜD"]);
  await accessKeys.search.fill("100%_");
  await expect(accessKeys.page.getByRole("heading", { name: "No keys match" })).toBeVisible();
  await accessKeys.page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect(accessKeys.nameButtons()).toHaveText(["Warehouse north", "Lager SÜD"]);
  await expect(accessKeys.search).toHaveValue("");
});

test("the filter shows one status", async ({ accessKeys, script }) => {
  await script.createKey("api_key", "Inactive one");
  await script.createActiveKey("api_key", "Active one");
  const { key } = await script.createKey("api_key", "Deleted one");
  await script.call("/api/access-keys/delete", { id: key.id, name: key.name });
  await script.createKey("api_key", "Expired one", { expires_at: Date.now() + 1500 });
  await expect.poll(async () => (await script.keys("api_key"))[0]?.status).toBe("expired");
  await accessKeys.open("api_key");
  await expect(accessKeys.nameButtons()).toHaveText(["Expired one", "Active one", "Inactive one"]);
  for (const status of ["Active", "Inactive", "Expired", "Deleted"] as const) {
    await accessKeys.filter(status);
    await expect(accessKeys.nameButtons()).toHaveText([`${status} one`]);
    await accessKeys.row(`${status} one`).expectStatus(status);
  }
  await expect(accessKeys.row("Expired one").activate).toBeHidden();
  await accessKeys.filter("Current");
  await expect(accessKeys.nameButtons()).toHaveCount(3);
});

test("a long list comes in pages, each key once", async ({ accessKeys, script }) => {
  const names = await createKeys(script, 120);
  await accessKeys.open("api_key");
  await expect(accessKeys.nameButtons()).toHaveCount(50);
  await accessKeys.more.click();
  await expect(accessKeys.nameButtons()).toHaveCount(100);
  await script.createKey("api_key", "Made meanwhile");
  await accessKeys.more.click();
  await expect(accessKeys.nameButtons()).toHaveText(names);
  await expect(accessKeys.more).toBeHidden();
  await expect(accessKeys.newer).toBeHidden();
});

test("a very long list has at most 200 rows in the page, and does not jump", async ({ accessKeys, page, script }) => {
  const names = await createKeys(script, 260);
  await accessKeys.open("api_key");
  const seen = new Set(await shownKeys(accessKeys, names, 0, 50));
  for (let loaded = 50; loaded < names.length; ) {
    const last = accessKeys.row(names[loaded - 1] ?? "").nameButton;
    // Scrolls as a reader does: the button keeps the focus, but the focus alone does not bring it into view.
    await accessKeys.more.scrollIntoViewIfNeeded();
    await accessKeys.more.focus();
    const before = await last.boundingBox();
    await page.keyboard.press("Enter");
    loaded = Math.min(loaded + 50, names.length);
    for (const name of await shownKeys(accessKeys, names, Math.max(0, loaded - 150), loaded)) seen.add(name);
    const after = await last.boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0)), "how far the list has jumped").toBeLessThanOrEqual(2);
  }
  expect([...seen]).toEqual(names);
  await expect(accessKeys.more).toBeHidden();
  await expect(accessKeys.row(names[250] ?? "").nameButton, "the button that had the focus is gone").toBeFocused();
  for (let first = 110; first > 0; ) {
    await accessKeys.newer.focus();
    await page.keyboard.press("Enter");
    first = Math.max(0, first - 50);
    await shownKeys(accessKeys, names, first, first + 150);
  }
  await expect(accessKeys.newer).toBeHidden();
  await expect(accessKeys.row(names[0] ?? "").nameButton).toBeFocused();
  await accessKeys.more.click();
  await shownKeys(accessKeys, names, 50, 200);
});

test("a row is not refreshed while it is out of the page", async ({ accessKeys, page, script }) => {
  const names = await createKeys(script, 170);
  await accessKeys.open("api_key");
  const newest = accessKeys.row(names[0] ?? "");
  await newest.open();
  for (const loaded of [100, 150, 170]) {
    await accessKeys.more.click();
    await shownKeys(accessKeys, names, Math.max(0, loaded - 150), loaded);
  }
  await expect(newest.details).toBeHidden();
  await accessKeys.newer.click();
  await newest.isOpen();
  await page.waitForResponse("**/api/access-keys/get");
});

/** Creates keys, and returns their names, newest first. */
async function createKeys(script: Session, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let number = count; number >= 1; number--) {
    const name = `Key ${String(number).padStart(3, "0")}`;
    await script.createKey("api_key", name);
    names.unshift(name);
  }
  return names;
}

/** Waits until the list shows a range of the names, in at most 200 rows, and returns those that it shows. */
async function shownKeys(accessKeys: AccessKeysPage, names: string[], start: number, end: number): Promise<string[]> {
  const shown = names.slice(start, end);
  await expect(accessKeys.nameButtons()).toHaveText(shown);
  await expect(accessKeys.page.getByRole("status").filter({ hasText: `Keys ${start + 1} to ${end}` })).toBeVisible();
  expect(await accessKeys.page.locator("tr").count()).toBeLessThanOrEqual(200);
  return shown;
}
