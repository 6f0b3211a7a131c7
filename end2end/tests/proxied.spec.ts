import { AccessKeysPage } from "../pages/access-keys.ts";
import { SignInPage } from "../pages/entrance.ts";
import { administrator } from "../support/latchkey.ts";
import { expect, test } from "../support/test.ts";

/** Proxies that authenticate people add a credential to each request to the console. */

for (const authorization of ["Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer lk_client_junk", "Basic cHJveHk6cHJveHk=", "Negotiate YII="]) {
  test.describe(`behind a proxy that adds ${authorization.split(" ")[0]} ${authorization.length}`, () => {
    test.use({ extraHTTPHeaders: { Authorization: authorization } });

    test("a member signs in, creates a key, and signs out", async ({ latchkey, page }) => {
      const signIn = new SignInPage(page);
      await signIn.open(`${latchkey.url}/sign-in`);
      await signIn.submit(administrator.email, administrator.password);
      const accessKeys = new AccessKeysPage(page, latchkey);
      await accessKeys.isReady();
      await (await accessKeys.create("api_key", "Warehouse")).download();
      await page.keyboard.press("Escape");
      await expect(accessKeys.row("Warehouse").nameButton).toBeVisible();
      await page.getByRole("button", { name: "Sign out" }).click();
      await signIn.isReady();
    });
  });
}
