import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, chromium } from "@playwright/test";
import { SetUpPage, SignInPage } from "../pages/entrance.ts";
import { Latchkey, administrator } from "../support/latchkey.ts";
import { endOf, errorsOf, expect, test } from "../support/test.ts";

/** Latchkey opened by another name than its public URL, and browsers without cookies. */

const notice = (page: Page) => page.getByRole("status").filter({ hasText: "You have opened Latchkey as" });
const pages = ["/sign-in?next=%2Fmembers", "/set-up#token", "/accept-invitation#token", "/reset-password#token", "/access-keys", "/account"];

test("each page says at once at which address to open Latchkey, and links to the same page there", async ({ page }) => {
  const latchkey = await Latchkey.withAdministrator({ LATCHKEY_PUBLIC_URL: "https://keys.example.com" });
  await page.route("**/api/**", () => undefined);
  for (const path of pages) {
    // Before the program has started, and after.
    await page.route(/\.wasm$/, () => undefined);
    await page.goto(latchkey.url + path, { waitUntil: "commit" });
    const link = notice(page).getByRole("link", { name: "https://keys.example.com", exact: true });
    await expect(link, path).toHaveAttribute("href", `https://keys.example.com${path}`);
    await expect(notice(page)).toContainText(latchkey.url);
    await page.unroute(/\.wasm$/);
    await page.goto("about:blank");
    await page.goto(latchkey.url + path);
    await expect(page.locator("#start-note")).toHaveCount(0);
    await expect(link, path).toBeVisible();
  }
  await endOf(latchkey);
});

test("without a public URL, pages say nothing about the address", async ({ latchkey, page }) => {
  await new SignInPage(page).open(`${latchkey.url}/sign-in`);
  await expect(notice(page)).toBeHidden();
});

test.describe("over plain HTTP", () => {
  test.use({ expectedError: /Cross-Origin-Opener-Policy header has been ignored/ });

  test("at the public URL, in any spelling, pages say nothing about the address", async ({ page }) => {
    const here = await Latchkey.withAdministrator({ LATCHKEY_PUBLIC_URL: "http://Latchkey.LAN:80" });
    await page.route("http://latchkey.lan/**", async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: here.url + pathname }) });
    });
    await new SignInPage(page).open("http://latchkey.lan/sign-in");
    await expect(notice(page)).toBeHidden();
    await endOf(here);
  });

  test("a refused sign-in says that the address is the reason", async ({ page }) => {
    const latchkey = await Latchkey.withAdministrator({ LATCHKEY_PUBLIC_URL: "https://keys.example.com" });
    const signIn = new SignInPage(page);
    await signIn.open(`${latchkey.url.replace("127.0.0.1", "latchkey.lan")}/sign-in`);
    await signIn.submit(administrator.email, administrator.password);
    await expect(signIn.problem).toContainText("accepts no changes from this address");
    await endOf(latchkey);
  });
});

/** A page of a browser whose owner has forbidden all cookies. */
async function withoutCookies(use: (page: Page) => Promise<void>): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), "no-cookies-"));
  mkdirSync(join(profile, "Default"));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(preferences));
  const { launchOptions, viewport } = test.info().project.use;
  const context = await chromium.launchPersistentContext(profile, { ...launchOptions, viewport });
  const errors = errorsOf(context);
  await use(await context.newPage());
  await context.close();
  rmSync(profile, { recursive: true, force: true });
  expect(errors).toEqual([]);
}

test("after the sign-in, a browser without cookies gets a message", async ({ latchkey }) => {
  await withoutCookies(async (page) => {
    const signIn = new SignInPage(page);
    await signIn.open(`${latchkey.url}/sign-in`);
    await signIn.submit(administrator.email, administrator.password);
    await expect(signIn.problem).toContainText("this browser kept no cookie");
    await expect(page).toHaveURL(/\/sign-in$/);
    await expect(signIn.submitButton).toBeEnabled();
    await signIn.submit(administrator.email, "not the password");
    await expect(signIn.problem).toContainText(/wrong/);
  });
});

test("a browser without cookies gets a message after a set-up, which has used the link", async () => {
  const latchkey = await Latchkey.fresh();
  const link = await latchkey.setUpLink();
  latchkey.secrets.add(new URL(link).hash.slice(1)).add(administrator.password);
  await withoutCookies(async (page) => {
    const setUp = new SetUpPage(page);
    await setUp.open(link);
    await setUp.submit("Northwind", administrator.email, administrator.password);
    await expect(setUp.problem).toContainText("this browser kept no cookie");
  });
  await endOf(latchkey);
});
