import { AccessKeysPage } from "../pages/access-keys.ts";
import { SignInPage } from "../pages/entrance.ts";
import { administrator } from "../support/latchkey.ts";
import { htmlEdits, pageEdits } from "../support/page-edits.ts";
import { expect, test } from "../support/test.ts";

/** The console works whatever has edited its page before it starts: `app/src/browser/start.rs`. */

for (const { name, script } of pageEdits) {
  test.describe(name, () => {
    test.use({ initScript: script });

    test("a member signs in and opens a dialog", async ({ latchkey, page }) => {
      const signIn = new SignInPage(page);
      await signIn.open(`${latchkey.url}/sign-in`);
      await expect(page.locator("form")).toHaveCount(1);
      await signIn.submit(administrator.email, administrator.password);
      const accessKeys = new AccessKeysPage(page, latchkey);
      await accessKeys.isReady();
      await expect(page.locator("#start-note")).toHaveCount(0);
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
      expect(edit(html), "the page is edited").not.toBe(html);
      await route.fulfill({ response, body: edit(html) });
    });
    const signIn = new SignInPage(page);
    await signIn.open(`${latchkey.url}/sign-in`);
    await signIn.submit(administrator.email, administrator.password);
    await new AccessKeysPage(page, latchkey).isReady();
  });
}
