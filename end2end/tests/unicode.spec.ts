import { AccessKeysPage } from "../pages/access-keys.ts";
import { SignInPage } from "../pages/entrance.ts";
import { Latchkey } from "../support/latchkey.ts";
import { endOf, expect, test } from "../support/test.ts";

const email = "ana@müller.example";
const password = "violet-h\u{e4}rbour-27-lantern";

test("a person signs in with any Unicode form of the address and the password", async ({ page }) => {
  const latchkey = await Latchkey.withAdministrator({ LATCHKEY_ADMIN_EMAIL: email, LATCHKEY_ADMIN_PASSWORD: password });
  latchkey.secrets.add(password).add(password.normalize("NFD"));
  const signIn = new SignInPage(page);
  for (const [typed, secret] of [
    [email, password],
    ["Ana@MU\u{308}LLER.example", password.normalize("NFD")],
    ["ana@xn--mller-kva.example", password],
  ]) {
    await page.context().clearCookies();
    await signIn.open(`${latchkey.url}/sign-in`);
    await signIn.submit(typed as string, secret as string);
    await new AccessKeysPage(page, latchkey).isReady();
    await expect(page.getByText(email).first()).toBeVisible();
  }
  await page.goto("about:blank");
  await endOf(latchkey);
});

test("a name is found, and confirmed, in another Unicode form", async ({ accessKeys, script }) => {
  await script.createKey("api_key", "Lager Su\u{308}d");
  await script.createKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  await accessKeys.search.fill("SU\u{308}D");
  await expect(accessKeys.nameButtons()).toHaveText(["Lager S\u{fc}d"]);
  const row = accessKeys.row("Lager S\u{fc}d");
  await row.choose("Delete");
  const dialog = accessKeys.page.getByRole("dialog", { name: "Delete Lager S\u{fc}d?" });
  await dialog.getByLabel("Type the key's name to confirm").fill("Lager Su\u{308}d");
  await dialog.getByRole("button", { name: "Delete key" }).click();
  await expect(dialog).toBeHidden();
});
