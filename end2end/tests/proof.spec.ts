import type { Request } from "@playwright/test";
import { basic, bearer, accessToken, ping } from "../support/machine.ts";
import { expect, test } from "../support/test.ts";

test("the line changes by itself when an API key is first used", async ({ accessKeys, latchkey }) => {
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { secret } = await dialog.saveAndClose();
  const row = accessKeys.row("Warehouse");
  await row.isOpen();
  await row.activate.click();
  await row.expectStatus("Active");
  await expect(row.liveLine).toContainText("Waiting for the first successful call");
  expect((await ping(latchkey, basic(secret))).status).toBe(200);
  await expect(row.liveLine).toContainText(/First successful call \d\d:\d\d:\d\d from 127\.0\.0\.1/);
});

test("the line changes when an OAuth client's token is first used", async ({ accessKeys, latchkey }) => {
  const dialog = await accessKeys.create("oauth_client", "Order import");
  const { id, secret } = await dialog.saveAndClose();
  const row = accessKeys.row("Order import");
  await row.isOpen();
  await expect(row.details.getByRole("tabpanel")).toContainText(id);
  await row.activate.click();
  await row.expectStatus("Active");
  expect((await ping(latchkey, bearer(await accessToken(latchkey, id, secret)))).status).toBe(200);
  await expect(row.liveLine).toContainText(/First successful call \d\d:\d\d:\d\d from 127\.0\.0\.1/);
});

test("a refused call does not change the line", async ({ accessKeys, latchkey, script, page }) => {
  const { key, secret } = await script.createKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  const row = accessKeys.row(key.name);
  await row.open();
  expect((await ping(latchkey, basic(secret))).status).toBe(401);
  const polled = page.waitForResponse((response) => response.url().endsWith("/api/access-keys/get"));
  await polled;
  await expect(row.liveLine).toContainText("Waiting for the first successful call");
});

test.describe("a hidden page", () => {
  test.use({
    initScript: `
      let hidden = false;
      Object.defineProperty(Document.prototype, "hidden", { get: () => hidden });
      Object.defineProperty(Document.prototype, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
      window.hide = (value) => { hidden = value; document.dispatchEvent(new Event("visibilitychange")); };
    `,
  });

  test("requests the details of a key only while it is visible", async ({ accessKeys, script, page }) => {
    const { key } = await script.createKey("api_key", "Warehouse");
    const isAsked = (request: Request) => request.url().endsWith("/api/access-keys/get");
    let asked = 0;
    let answered = 0;
    page.on("request", (request) => (asked += Number(isAsked(request))));
    page.on("requestfinished", (request) => (answered += Number(isAsked(request))));
    await page.clock.install();
    await accessKeys.open("api_key");
    await page.clock.pauseAt(Date.now() + 60_000);
    await accessKeys.row(key.name).open();
    await expect(accessKeys.row(key.name).details).toContainText("Created");
    const roundTrip = () => page.evaluate(() => fetch("/livez").then((answer) => answer.text()));
    /** The requests while the page's clock advances: one period is two seconds. */
    const askedDuring = async (seconds: number) => {
      const before = asked;
      for (let passed = 0; passed < seconds; passed += 2) {
        await page.clock.runFor(2_000);
        // Requests are reported in order: after this one, all earlier requests of the page have been counted.
        await roundTrip();
        // While a reply is pending, no further request is sent.
        await expect.poll(() => answered).toBe(asked);
        await roundTrip();
      }
      return asked - before;
    };
    const hide = (hidden: boolean) => page.evaluate(`window.hide(${hidden})`);

    expect(await askedDuring(6)).toBe(3);
    await hide(true);
    expect(await askedDuring(20)).toBe(0);
    await hide(false);
    expect(await askedDuring(6)).toBe(3);
  });
});

test("the commands have the ID and the URLs filled in, in five languages", async ({ accessKeys, latchkey, script, context, page }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { key } = await script.createKey("oauth_client", "Order import");
  await accessKeys.open("oauth_client");
  const row = accessKeys.row(key.name);
  await row.open();
  for (const language of ["curl", "HTTPie", "Python", "JavaScript", "PowerShell"]) {
    await row.details.getByRole("tab", { name: language, exact: true }).click();
    const code = row.details.getByRole("tabpanel");
    await expect(code).toContainText(key.id);
    await expect(code).toContainText(`${latchkey.url}/oauth/token`);
    await expect(code).toContainText(`${latchkey.url}/api/v1/ping`);
    await expect(code).toContainText("CLIENT_SECRET");
    await row.details.getByRole("button", { name: "Copy command" }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe((await code.textContent())?.trim());
  }
});

test("a long history comes page by page, to its beginning", async ({ accessKeys, script, page }) => {
  const { key } = await script.createKey("api_key", "Warehouse");
  for (let change = 0; change < 26; change++) {
    await script.setStatus(key.id, "active");
    await script.setStatus(key.id, "inactive");
  }
  await accessKeys.open("api_key");
  const row = accessKeys.row(key.name);
  await row.open();
  const lines = row.details.getByRole("listitem");
  await expect(lines).toHaveCount(50);
  const pager = row.details.getByRole("navigation", { name: "Pages of the history" });
  await pager.getByRole("button", { name: "Next" }).click();
  await expect(lines).toHaveCount(3);
  await expect(row.details.getByRole("heading", { name: "History" })).toBeFocused();
  await expect(lines.last()).toContainText("Created");

  await script.setStatus(key.id, "active");
  await pager.getByRole("button", { name: "Previous" }).click();
  await expect(lines).toHaveCount(50);
  await expect(lines.first()).toContainText("Activated");
  await expect(page.getByRole("alert").filter({ hasText: /\S/ })).toHaveCount(0);
});

test("the history shows who did what, when and from where", async ({ accessKeys, script }) => {
  const { key } = await script.createActiveKey("api_key", "Warehouse");
  await script.setStatus(key.id, "inactive");
  await accessKeys.open("api_key");
  const row = accessKeys.row(key.name);
  await row.open();
  const lines = row.details.getByRole("listitem");
  await expect(lines).toHaveCount(3);
  for (const [index, action] of ["Deactivated", "Activated", "Created"].entries()) {
    await expect(lines.nth(index)).toContainText(action);
    await expect(lines.nth(index)).toContainText("ana@northwind.example");
    await expect(lines.nth(index)).toContainText("127.0.0.1");
  }
});
