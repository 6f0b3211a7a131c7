import { AccessKeysPage } from "../pages/access-keys.ts";
import { SignInPage } from "../pages/entrance.ts";
import { holdProgram } from "../support/held-program.ts";
import { administrator } from "../support/latchkey.ts";
import { enter, expect, test } from "../support/test.ts";

/** The start of the console keeps what a person has done on the page before it. */

const caret = (field: HTMLInputElement) => [field.selectionStart, field.selectionEnd];

test("typed text, the focus and the caret stay", async ({ latchkey, page }) => {
  const release = await holdProgram(page);
  const signIn = new SignInPage(page);
  await page.goto(`${latchkey.url}/sign-in`, { waitUntil: "commit" });
  await expect(signIn.field("E-mail address")).toBeFocused();
  await page.keyboard.type(administrator.email);
  await page.keyboard.press("Tab");
  const [start, middle, end] = [administrator.password.slice(0, 4), administrator.password.slice(4, 8), administrator.password.slice(8)];
  await page.keyboard.type(start + end);
  for (const _ of end) await page.keyboard.press("ArrowLeft");
  await expect(signIn.submitButton).toBeDisabled();
  release();
  await signIn.isReady();
  await expect(signIn.field("E-mail address")).toHaveValue(administrator.email);
  await expect(signIn.field("Password")).toBeFocused();
  expect(await signIn.field("Password").evaluate(caret)).toEqual([start.length, start.length]);
  await page.keyboard.type(middle);
  await page.keyboard.press("Enter");
  await new AccessKeysPage(page, latchkey).isReady();
});

test("text that a password manager fills in without an event is sent", async ({ latchkey, page }) => {
  const release = await holdProgram(page);
  const signIn = new SignInPage(page);
  await page.goto(`${latchkey.url}/sign-in`, { waitUntil: "commit" });
  await expect(signIn.field("Password")).toBeVisible();
  await page.evaluate(({ email, password }) => {
    document.querySelector<HTMLInputElement>("#email")!.value = email;
    document.querySelector<HTMLInputElement>("#password")!.value = password;
  }, administrator);
  release();
  await signIn.isReady();
  await signIn.submitButton.click();
  await new AccessKeysPage(page, latchkey).isReady();
});

test("text that was typed into the search is searched for, and stays selected", async ({ context, latchkey, page, script }) => {
  await script.createKey("api_key", "Warehouse");
  await script.createKey("api_key", "Returns");
  await enter(context, script);
  const release = await holdProgram(page);
  const accessKeys = new AccessKeysPage(page, latchkey);
  await page.goto(`${latchkey.url}/access-keys?tab=api-keys`, { waitUntil: "commit" });
  await accessKeys.search.fill("ware");
  await accessKeys.search.selectText();
  release();
  await expect(accessKeys.row("Warehouse").nameButton).toBeVisible();
  await expect(accessKeys.row("Returns").nameButton).toBeHidden();
  await expect(accessKeys.search).toBeFocused();
  expect(await accessKeys.search.evaluate(caret)).toEqual([0, 4]);
});

test("the focus stays on its link or button", async ({ context, latchkey, page, script }) => {
  await enter(context, script);
  for (const [role, name] of [["link", "Members"], ["button", "Dark"], ["tab", "OAuth Clients"]] as const) {
    const release = await holdProgram(page);
    await page.goto(`${latchkey.url}/access-keys`, { waitUntil: "commit" });
    const place = page.getByRole(role, { name, exact: true });
    await place.focus();
    release();
    await new AccessKeysPage(page, latchkey).isReady();
    await expect(place).toBeFocused();
    await page.unrouteAll({ behavior: "wait" });
  }
});

test("the page does not move when the console starts", async ({ context, latchkey, page, script }) => {
  await enter(context, script);
  for (const path of ["/sign-in", "/access-keys", "/members", "/account"]) {
    const release = await holdProgram(page);
    // Blocks what arrives after the start: replies, and the separate parts of the program.
    await page.route("**/api/**", () => undefined);
    await page.route(/\/pkg\/(split|chunk)_/, () => undefined);
    await page.goto(latchkey.url + path, { waitUntil: "commit" });
    const layout = () =>
      page.evaluate(() =>
        [...document.querySelectorAll("#latchkey :is(h1, h2, p, a, button, input, nav, main, label, .skeleton)")]
          .filter((element) => !element.closest("#start-note") && element.getClientRects().length)
          .map((element) => [element.tagName, element.textContent?.replace(/\s+/g, ""), JSON.stringify(element.getBoundingClientRect())].join(" ")),
      );
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.evaluate(() => document.fonts.ready);
    const before = await layout();
    expect(before.length).toBeGreaterThan(5);
    release();
    await expect(page.locator("#start-note")).toHaveCount(0);
    expect(await layout(), path).toEqual(before);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  }
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("every page says so, and does not send what was typed", async ({ latchkey, page }) => {
    for (const path of ["/sign-in", "/set-up", "/accept-invitation", "/reset-password", "/access-keys", "/members", "/account", "/no/such/page"]) {
      await page.goto(latchkey.url + path);
      // Playwright finds nothing in <noscript> by text or role.
      await expect(page.locator("noscript .start-note"), path).toBeVisible();
      await expect(page.locator("noscript .start-note")).toContainText("JavaScript is switched off");
      await expect(page.getByRole("heading", { level: 1 }), path).toBeVisible();
    }
    const requests: string[] = [];
    await page.goto(`${latchkey.url}/sign-in`);
    page.on("request", (request) => {
      if (!request.url().endsWith("/favicon.svg")) requests.push(request.url());
    });
    await page.getByLabel("E-mail address").fill(administrator.email);
    await page.getByLabel("Password").fill(administrator.password);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: "Sign in" })).toBeDisabled();
    await expect(page).toHaveURL(`${latchkey.url}/sign-in`);
    expect(requests).toEqual([]);
  });
});
