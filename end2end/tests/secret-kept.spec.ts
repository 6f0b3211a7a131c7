// A browser that was asked to save a secret may not have saved it: the page keeps the secret for another minute, and does not
// leave by itself before that.
import type { Page } from "@playwright/test";
import type { AccessKeysPage } from "../pages/access-keys.ts";
import type { SecretDialog } from "../pages/secret-dialog.ts";
import { expect, test } from "../support/test.ts";
import { tracesOf } from "../support/traces.ts";

/** Simulates browsers without `beforeunload`, such as those on iOS, which do not ask before a page is left. */
const withoutBeforeUnload = `{
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (name, ...more) {
    if (name !== "beforeunload") add.call(this, name, ...more);
  };
}`;

/** Starts a clock that the test advances explicitly from here. */
async function stopClock(page: Page): Promise<void> {
  await page.clock.pauseAt(Date.now() + 60_000);
}

/** Presses Download without waiting for a file. */
async function askToSave(dialog: SecretDialog): Promise<void> {
  await dialog.element.getByRole("button", { name: "Download", exact: true }).click();
  await expect(dialog.element.getByText("Check that your browser saved the file")).toBeVisible();
}

/** Opens a key that waits for its first call, so that the page asks the server every two seconds. */
async function startPoll(accessKeys: AccessKeysPage): Promise<void> {
  await accessKeys.open("api_key");
  await accessKeys.row("Watched").open();
}

test.describe("where downloads are denied", () => {
  test.use({ acceptDownloads: false });

  test("Got it closes without a question, and Show again shows the same secret", async ({ accessKeys }) => {
    const dialog = await accessKeys.create("api_key", "Warehouse");
    const { secret } = await dialog.read();
    for (let times = 1; times <= 2; times++) {
      await askToSave(dialog);
      await dialog.button("Got it").click();
      await expect(dialog.element).toBeHidden();
      await accessKeys.showAgain.click();
      await expect(dialog.secret).toHaveValue(secret);
      await expect(accessKeys.showAgain).toBeHidden();
    }
  });
});

test("Show again is offered for exactly 60 seconds, hovered or not, and then the secret is forgotten", async ({ accessKeys, page }) => {
  await page.clock.install();
  await accessKeys.open("api_key");
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { secret } = await dialog.read();
  await dialog.download();
  await stopClock(page);
  await dialog.button("Got it").click();
  await accessKeys.showAgain.hover();
  await page.clock.runFor(59_999);
  await expect(accessKeys.showAgain).toBeVisible();
  await page.clock.runFor(1);
  await expect(accessKeys.showAgain).toBeHidden();
  expect(await tracesOf(page, secret)).toEqual([]);
});

test("after Show again, a secret is kept for another whole minute", async ({ accessKeys, page }) => {
  await page.clock.install();
  await accessKeys.open("api_key");
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { secret } = await dialog.read();
  await dialog.download();
  await stopClock(page);
  await dialog.button("Got it").click();
  await page.clock.runFor(50_000);
  await accessKeys.showAgain.click();
  await page.clock.runFor(120_000);
  await expect(dialog.secret).toHaveValue(secret);
  await dialog.button("Got it").click();
  await page.clock.runFor(59_999);
  await expect(accessKeys.showAgain).toBeVisible();
  await page.clock.runFor(1);
  await expect(accessKeys.showAgain).toBeHidden();
});

test("other messages, other pages and a second key do not remove the offer", async ({ accessKeys, page, script }) => {
  await script.createKey("api_key", "Other");
  await accessKeys.open("api_key");
  const secrets: string[] = [];
  for (const name of ["First", "Second"]) {
    const dialog = await accessKeys.create("api_key", name);
    secrets.push((await dialog.saveAndClose()).secret);
  }
  await accessKeys.row("Other").activate.click();
  await expect(accessKeys.toast("“Other” is active")).toBeVisible();
  await expect(accessKeys.showAgain).toHaveCount(2);
  const menu = page.getByRole("navigation", { name: "Main" });
  await menu.getByRole("link", { name: "Members" }).click();
  await expect(page.getByRole("heading", { name: "Members", level: 1 })).toBeVisible();
  await page.goBack();
  await menu.getByRole("link", { name: "Members" }).click();
  for (const [index, name] of ["First", "Second"].entries()) {
    await accessKeys.showAgain.first().click();
    const dialog = accessKeys.secretDialog(name);
    await expect(dialog.secret).toHaveValue(secrets[index] ?? "");
    await dialog.button("Got it").click();
    await page.getByRole("button", { name: `Forget the secret of ${name} now` }).click();
    await expect(dialog.element).toBeHidden();
  }
  await expect(accessKeys.showAgain).toHaveCount(0);
  for (const secret of secrets) expect(await tracesOf(page, secret)).toEqual([]);
});

test("a private key is offered again too", async ({ accessKeys, page }) => {
  const question = await accessKeys.startCreating("oauth_client");
  await question.getByLabel("Name", { exact: true }).fill("Billing");
  await question.getByText("More options").click();
  await question.getByRole("radio", { name: "New key pair" }).check();
  await question.getByRole("button", { name: "Create", exact: true }).click();
  const dialog = accessKeys.secretDialog("Billing");
  const field = dialog.element.getByRole("textbox", { name: "Private key" });
  const privateKey = await field.inputValue();
  await dialog.download();
  await dialog.button("Got it").click();
  await expect(page.getByText("Did you save the private key of “Billing”")).toBeVisible();
  await accessKeys.showAgain.click();
  await expect(field).toHaveValue(privateKey);
});

test("a discarded secret is not offered again", async ({ accessKeys, page }) => {
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { secret } = await dialog.read();
  await dialog.button("Got it").click();
  await dialog.button("Close without saving").click();
  await expect(dialog.element).toBeHidden();
  await expect(accessKeys.showAgain).toHaveCount(0);
  expect(await tracesOf(page, secret)).toEqual([]);
});

test("a session that ends elsewhere removes neither the secret nor the offer to show it again", async ({ accessKeys, context, page, script }) => {
  await script.createKey("api_key", "Watched");
  await startPoll(accessKeys);
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { secret } = await dialog.read();
  await accessKeys.row("Watched").details.waitFor({ state: "attached" });
  await context.clearCookies();
  await expect(dialog.element.getByRole("alert")).toContainText("You've been signed out");
  await expect(dialog.secret).toHaveValue(secret);
  await page.keyboard.press("Escape");
  await expect(dialog.guard).toBeVisible();
  await dialog.button("Back to the secret").click();
  await dialog.download();
  await dialog.button("Got it").click();
  await expect(dialog.element).toBeHidden();
  await expect(accessKeys.showAgain).toBeVisible();
  await expect(accessKeys.banner).toContainText("You've been signed out.");
  await expect(page).toHaveURL(/\/access-keys/);
  await accessKeys.showAgain.click();
  await expect(dialog.secret).toHaveValue(secret);
  await dialog.button("Got it").click();
  await page.getByRole("button", { name: "Forget the secret of Warehouse now" }).click();
  await expect(page).toHaveURL(/\/sign-in\?next=.*ended/);
});

test("a session that ends during the creation of a key does not remove its secret", async ({ accessKeys, context, page, script }) => {
  await script.createKey("api_key", "Watched");
  await startPoll(accessKeys);
  let answer = () => {};
  const isAnswered = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/access-keys/create", async (route) => {
    const made = await route.fetch();
    await isAnswered;
    await route.fulfill({ response: made });
  });
  const question = await accessKeys.startCreating("api_key");
  await question.getByLabel("Name", { exact: true }).fill("Warehouse");
  const asked = page.waitForRequest("**/api/access-keys/create");
  await question.getByRole("button", { name: "Create", exact: true }).click();
  await asked;
  const refused = page.waitForResponse((response) => response.url().endsWith("/api/access-keys/get") && response.status() === 401);
  await context.clearCookies();
  await refused;
  answer();
  const dialog = accessKeys.secretDialog("Warehouse");
  await dialog.appears();
  await expect(page).toHaveURL(/\/access-keys/);
});

test("a late answer to Sign out does not remove the secret", async ({ accessKeys, page }) => {
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { secret } = await dialog.read();
  await page.getByRole("button", { name: "Sign out", includeHidden: true }).dispatchEvent("click");
  await expect(dialog.element.getByRole("alert")).toContainText("You've been signed out");
  await expect(dialog.secret).toHaveValue(secret);
});

for (const [browser, initScript] of [["a browser", undefined], ["a browser without beforeunload", withoutBeforeUnload]] as const) {
  test.describe(`in ${browser}`, () => {
    test.use({ initScript });

    test("Back and links ask each time in the page before an unsaved secret is lost", async ({ accessKeys, page }) => {
      const dialog = await accessKeys.create("api_key", "Warehouse");
      const { secret } = await dialog.read();
      const ways: [string, () => Promise<unknown>][] = [
        ["Back", () => page.evaluate(() => history.back())],
        ["a link", () => page.getByRole("link", { name: "Members", includeHidden: true }).dispatchEvent("click")],
        ["a link out of the console", () => page.getByRole("link", { name: "API reference", includeHidden: true }).dispatchEvent("click")],
        ["Back once more", () => page.evaluate(() => history.back())],
      ];
      for (const [way, leave] of ways) {
        await leave();
        await expect(dialog.guard, way).toBeVisible();
        await dialog.button("Back to the secret").click();
        await expect(dialog.guard, way).toBeHidden();
        await expect(dialog.secret, way).toHaveValue(secret);
        await expect(page, way).toHaveURL(/\/access-keys/);
      }
      await dialog.saveAndClose();
      await page.getByRole("link", { name: "Members" }).click();
      await expect(page).toHaveURL(/\/members$/);
      await page.goBack();
      await expect(page, "no step is left in the history").toHaveURL(/\/access-keys\?tab=api-keys$/);
      await page.goBack();
      await expect(page).not.toHaveURL(/tab=api-keys/);
    });
  });
}

test("the address of a file lasts long enough for a browser that asks where to save it", async ({ accessKeys, page }) => {
  await page.clock.install();
  await page.addInitScript(() => {
    const revoke = URL.revokeObjectURL;
    Object.assign(window, { revoked: 0 });
    URL.revokeObjectURL = (address) => {
      Object.assign(window, { revoked: (window as unknown as { revoked: number }).revoked + 1 });
      revoke(address);
    };
  });
  await accessKeys.open("api_key");
  const revoked = () => page.evaluate(() => (window as unknown as { revoked: number }).revoked);
  const dialog = await accessKeys.create("api_key", "Warehouse");
  await stopClock(page);
  await dialog.download();
  await page.clock.runFor(40_000);
  expect(await revoked()).toBe(0);
  await page.clock.runFor(60_000);
  expect(await revoked()).toBe(1);
});
