import { SignInPage } from "../pages/entrance.ts";
import { administrator } from "../support/latchkey.ts";
import { Session } from "../support/session.ts";
import { expect, test } from "../support/test.ts";

test("changing the password ends the other sessions and keeps this one", async ({ accessKeys, latchkey, page }) => {
  const other = await Session.signIn(latchkey);
  latchkey.secrets.add("seven quiet granite owls");
  await page.goto(`${latchkey.url}/account`);
  await expect(page.getByRole("heading", { name: "Account", level: 1 })).toBeVisible();
  const change = page.getByRole("button", { name: "Change password" });
  await expect(change).toBeEnabled();
  const current = page.getByLabel("Current password", { exact: true });
  const next = page.getByLabel("New password", { exact: true });

  await current.fill("not this one, surely");
  await next.fill("seven quiet granite owls");
  await change.click();
  await expect(current).toHaveAttribute("aria-invalid", "true");

  await current.fill(administrator.password);
  await next.fill("short");
  await change.click();
  await expect(next).toHaveAttribute("aria-invalid", "true");

  await current.fill(administrator.password);
  await next.fill("seven quiet granite owls");
  await change.click();
  await expect.poll(async () => (await other.answer("/api/session")).status).toBe(401);
  await accessKeys.open();

  await page.context().clearCookies();
  const signIn = new SignInPage(page);
  await signIn.open(`${latchkey.url}/sign-in`);
  await signIn.submit(administrator.email, "seven quiet granite owls");
  await accessKeys.isReady();
});

test("an ended session leads to the sign-in page", async ({ accessKeys, page, context }) => {
  await context.clearCookies();
  await accessKeys.choose("api_key").catch(() => undefined);
  await expect(page).toHaveURL(/\/sign-in/);
  await new SignInPage(page).isReady();
});

test("the theme is chosen, kept, and applied before the page is painted", async ({ accessKeys, page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const theme = page.getByRole("group", { name: "Theme" });
  await theme.getByRole("button", { name: "Light" }).click();
  const light = await background();
  await theme.getByRole("button", { name: "Dark" }).click();
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await page.reload();
  await accessKeys.isReady();
  expect(await background()).toBe(dark);
  await expect(theme.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
});
