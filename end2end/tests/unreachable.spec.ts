// While Latchkey cannot be reached, the page says so once, marks old data, and recovers by itself when it can be reached again.
import type { Locator } from "@playwright/test";
import { MembersPage } from "../pages/members.ts";
import { expect, test } from "../support/test.ts";

// Chromium logs this for code that cannot be fetched.
test.use({ expectedError: /Failed to fetch/ });

const inner = "cannot be reached|could not be reached|could not reach";

/** The innermost elements that say that Latchkey cannot be reached. */
function messages(page: { locator(selector: string): Locator }): Locator {
  return page.locator("p, .note, .toast").filter({ hasText: new RegExp(inner, "i") }).filter({ visible: true });
}

const ink = (element: Locator) => element.evaluate((it) => getComputedStyle(it).color);

test("a failed search does not look successful, and is repeated when the server is back", async ({ accessKeys, latchkey, page, script }) => {
  for (let number = 10; number < 60; number++) await script.createKey("api_key", `Key ${number}`);
  await script.createKey("api_key", "Berlin");
  await accessKeys.open("api_key");
  const fresh = await ink(accessKeys.row("Key 59").nameButton);
  const heading = await accessKeys.heading.boundingBox();
  await latchkey.stop();
  await accessKeys.search.fill("berlin");
  await expect(accessKeys.banner).toContainText("Latchkey cannot be reached");
  await expect(accessKeys.staleNote).toContainText("not your search results");
  expect(await ink(accessKeys.row("Key 59").nameButton), "old rows are grey").not.toBe(fresh);
  await expect(messages(page)).toHaveCount(1);
  expect(await accessKeys.heading.boundingBox(), "nothing has moved").toEqual(heading);
  await page.mouse.wheel(0, 2500);
  await expect(accessKeys.banner).toBeInViewport();
  await expect(accessKeys.staleNote).toBeInViewport();

  await latchkey.start();
  await expect(accessKeys.nameButtons()).toHaveText(["Berlin"], { timeout: 40_000 });
  await expect(accessKeys.banner).toHaveCount(0);
  await expect(accessKeys.staleNote).toHaveCount(0);
});

for (const [what, event] of [
  ["the network is back", () => dispatchEvent(new Event("online"))],
  ["the page becomes visible", () => document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))],
] as const) {
  test(`waiting requests are sent at once when ${what}`, async ({ accessKeys, latchkey, page, script }) => {
    await script.createKey("api_key", "Berlin");
    await script.createKey("api_key", "Lisbon");
    await page.clock.install();
    await accessKeys.open("api_key");
    await accessKeys.filter("Inactive");
    await accessKeys.isLoaded();
    await page.clock.pauseAt(Date.now() + 60_000);
    await latchkey.stop();
    await accessKeys.filter("Active");
    await expect(accessKeys.banner).toBeVisible();
    await latchkey.start();
    await page.evaluate(event);
    await expect(page.getByRole("heading", { name: "No active keys" })).toBeVisible();
    await expect(accessKeys.banner).toHaveCount(0);
  });
}

test("attempts become less frequent, and the banner can make one", async ({ accessKeys, page, script }) => {
  await script.createKey("api_key", "Berlin");
  await page.clock.install();
  await accessKeys.open("api_key");
  let attempts = 0;
  await page.route("**/api/access-keys/list", (route) => {
    attempts++;
    return route.abort();
  });
  await page.clock.pauseAt(Date.now() + 60_000);
  await accessKeys.filter("Active");
  await expect(accessKeys.banner).toBeVisible();
  expect(attempts).toBe(1);
  for (const [seconds, expected] of [[1, 2], [2, 3], [4, 4], [8, 5], [15, 6], [30, 7], [30, 8]] as const) {
    await page.clock.runFor(seconds * 1000 - 1);
    expect(attempts, `shortly before ${seconds} s`).toBe(expected - 1);
    await page.clock.runFor(1);
    await expect.poll(() => attempts, `after ${seconds} s`).toBe(expected);
  }
  await page.unroute("**/api/access-keys/list");
  await accessKeys.banner.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "No active keys" })).toBeVisible();
  await expect(accessKeys.banner).toHaveCount(0);
});

test("Create opens its dialog without the server, and the dialog says why it fails", async ({ accessKeys, latchkey, page }) => {
  await expect(accessKeys.createButton("oauth_client").first()).toBeEnabled();
  const code = page.waitForResponse(/\/pkg\/split_key_dialogs.*\.wasm$/);
  await page.mouse.move(300, 300);
  await (await code).finished();
  await accessKeys.choose("api_key");
  const heading = await accessKeys.heading.boundingBox();
  await latchkey.stop();
  await accessKeys.createButton("api_key").first().click();
  const dialog = accessKeys.createDialog("api_key");
  await dialog.getByLabel("Name", { exact: true }).fill("Warehouse");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("could not reach Latchkey");
  expect(await accessKeys.heading.boundingBox(), "nothing stands above the heading").toEqual(heading);
  await latchkey.start();
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await accessKeys.secretDialog("Warehouse").appears();
});

test("a failed action of a row is reported in the row", async ({ accessKeys, page, script }) => {
  await script.createKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  await page.route("**/api/access-keys/set-status", (route) => route.abort());
  const row = accessKeys.row("Warehouse");
  await row.activate.click();
  await expect(row.problem).toContainText("could not reach Latchkey");
  await expect(accessKeys.banner).toHaveCount(0);
  await page.unroute("**/api/access-keys/set-status");
  await row.activate.click();
  await row.expectStatus("Active");
  await expect(row.problem).toHaveCount(0);
});

test("details that cannot be reloaded are marked as old until they can", async ({ accessKeys, latchkey, script }) => {
  const { key } = await script.createKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  const row = accessKeys.row("Warehouse");
  await row.open();
  await expect(row.details.getByRole("listitem")).toHaveCount(1);
  const fresh = await ink(row.liveLine);
  await latchkey.stop();
  await expect(row.details.getByRole("status").filter({ hasText: "Showing the details from" })).toBeVisible();
  expect(await ink(row.liveLine)).not.toBe(fresh);
  await latchkey.start();
  await script.setStatus(key.id, "active");
  await expect(accessKeys.staleNote).toHaveCount(0, { timeout: 40_000 });
  await expect(accessKeys.banner).toHaveCount(0);
  await row.expectStatus("Active");
});

test("a further page that fails is reported at its place, and does not mark the others as old", async ({ accessKeys, page, script }) => {
  for (let number = 10; number < 65; number++) await script.createKey("api_key", `Key ${number}`);
  await accessKeys.open("api_key");
  const fresh = await ink(accessKeys.row("Key 64").nameButton);
  await page.route("**/api/access-keys/list", (route) => route.abort());
  await accessKeys.more.click();
  await expect(page.getByRole("alert").filter({ hasText: "Couldn't load more keys" })).toBeInViewport();
  expect(await ink(accessKeys.row("Key 64").nameButton)).toBe(fresh);
  await expect(accessKeys.staleNote).toHaveCount(0);
  await page.unroute("**/api/access-keys/list");
  await expect(accessKeys.nameButtons()).toHaveCount(55, { timeout: 40_000 });
  await expect(accessKeys.banner).toHaveCount(0);
});

test("a refused list says why above the old rows, and offers to try again", async ({ accessKeys, page, script }) => {
  await script.createKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  const problem = { type: "urn:latchkey:problem:internal", title: "Something went wrong", status: 500, detail: "Something went wrong." };
  await page.route("**/api/access-keys/list", (route) => route.fulfill({ status: 500, json: problem }));
  await accessKeys.search.fill("zebra");
  await expect(accessKeys.staleNote).toContainText("Something went wrong. These are not your search results");
  await expect(accessKeys.row("Warehouse").nameButton).toBeVisible();
  await page.unroute("**/api/access-keys/list");
  await accessKeys.staleNote.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "No keys match" })).toBeVisible();
});

test("members and invitations that cannot be reloaded stay, marked as old", async ({ accessKeys, latchkey, page, script }) => {
  const { link } = await script.call("/api/members/invite", { email: "dora@northwind.example", role: "member" });
  latchkey.secrets.add(new URL(link).hash.slice(1));
  const members = new MembersPage(page, latchkey.url);
  await members.open();
  await page.route(/\/api\/members\/list/, (route) => route.abort());
  latchkey.secrets.add(new URL(await members.invite("eve@northwind.example", "Member")).hash.slice(1));
  const notes = page.getByRole("status").filter({ hasText: /Showing the (members|invitations) from/ });
  await expect(notes).toHaveCount(2);
  await expect(members.invitations).toHaveText([/^dora@/]);
  await page.unroute(/\/api\/members\/list/);
  await expect(notes).toHaveCount(0, { timeout: 40_000 });
  await expect(members.invitations).toHaveCount(2);
  await expect(accessKeys.banner).toHaveCount(0);
});

test("a search without an answer is reported after a while", async ({ accessKeys, page, script }) => {
  await script.createKey("api_key", "Warehouse");
  await page.clock.install();
  await accessKeys.open("api_key");
  await page.route("**/api/access-keys/list", () => undefined);
  await accessKeys.filter("Active");
  await page.clock.fastForward(10_000);
  await expect(accessKeys.banner).toContainText("Latchkey cannot be reached");
  await expect(accessKeys.staleNote).toContainText("not your search results");
  await page.unroute("**/api/access-keys/list");
  await page.clock.fastForward(60_000);
  await expect(page.getByRole("heading", { name: "No active keys" })).toBeVisible();
  await expect(accessKeys.banner).toHaveCount(0);
});
