import { type Page } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { SignInPage } from "../pages/entrance.ts";
import { administrator } from "../support/latchkey.ts";
import { htmlEdits, pageEdits } from "../support/page-edits.ts";
import { expect, test } from "../support/test.ts";

/** The console works whatever has edited its page before the start: `app/src/browser/start.rs`. */

/** Waits until the console is in the page once, and the server's rendering is gone. */
async function started(page: Page): Promise<void> {
  await expect(page.locator("#latchkey")).toHaveCount(1);
  await expect(page.locator("#start-note")).toHaveCount(0);
  await expect(page.locator("h1")).toHaveCount(1);
}

for (const { name, script } of pageEdits) {
  test.describe(name, () => {
    // The page's content security policy blocks what some edits add.
    test.use({ initScript: script, expectedError: /Content Security Policy/ });

    test("a member signs in and opens a dialog", async ({ latchkey, page }) => {
      await page.goto(`${latchkey.url}/sign-in`);
      await started(page);
      const signIn = new SignInPage(page);
      await signIn.isReady();
      await signIn.submit(administrator.email, administrator.password);
      await expect(page).toHaveURL(/\/access-keys/);
      await started(page);
      const accessKeys = new AccessKeysPage(page, latchkey);
      await accessKeys.isReady();
      await accessKeys.startCreating("api_key");
    });
  });
}

for (const { name, edit } of htmlEdits) {
  test(`a member signs in where ${name}`, async ({ latchkey, page }) => {
    await page.route(/\/(sign-in|access-keys)/, async (route) => {
      if (!route.request().isNavigationRequest()) return route.fallback();
      const response = await route.fetch();
      const html = await response.text();
      const isWithout = name === "comments are stripped" && !html.includes("<!--");
      if (!isWithout) expect(edit(html), "the page is edited").not.toBe(html);
      await route.fulfill({ response, body: edit(html) });
    });
    const signIn = new SignInPage(page);
    await signIn.open(`${latchkey.url}/sign-in`);
    await signIn.submit(administrator.email, administrator.password);
    await new AccessKeysPage(page, latchkey).isReady();
  });
}
