// No page overflows its window, at any width, with any name, and with any dialog open.
import type { Page } from "@playwright/test";
import { MembersPage } from "../pages/members.ts";
import { Session } from "../support/session.ts";
import { expect, test } from "../support/test.ts";

const some = [320, 375, 600, 768, 833, 834, 900, 1024, 1100, 1152, 1190, 1280, 1440, 1920, 2560];
const all = [...Array.from({ length: 57 }, (_, step) => 320 + 40 * step), ...some].sort((one, other) => one - other);

const names = [
  "W".repeat(100),
  "倉".repeat(100),
  "مستودع الشمال، المناوبة الليلية والماسحات الضوئية المحمولة باليد",
  "Warehouse north, night shift, handheld scanners, and all that a name of several words can say",
  "🚚".repeat(50),
];

/**
 * What overflows the window at any of the widths: the page as a whole, or an element that does not scroll its overflow.
 * Resizes the page, as people do.
 */
async function outOfWindow(page: Page, widths: number[]): Promise<string[]> {
  const found: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    const out = await page.evaluate(() => {
      const isItsOwn = (element: Element) => {
        const { overflowX, clipPath } = getComputedStyle(element);
        return overflowX === "auto" || overflowX === "scroll" || clipPath !== "none";
      };
      const isContained = (element: Element | null): boolean =>
        element !== null && (isItsOwn(element) || isContained(element.parentElement));
      const isOut = (element: Element) => {
        if (!element.checkVisibility({ visibilityProperty: true }) || isContained(element.parentElement)) return false;
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (right > innerWidth + 0.5 || left < -0.5);
      };
      const dialogs = [...document.querySelectorAll("dialog[open]")].filter((dialog) => dialog.scrollWidth > dialog.clientWidth);
      const elements = [...[...document.querySelectorAll("body *")].filter(isOut), ...dialogs].slice(0, 3);
      const width = document.documentElement.scrollWidth;
      return [...(width > innerWidth ? [`scrollWidth ${width}`] : []), ...elements.map((element) => element.outerHTML.slice(0, 120))];
    });
    found.push(...out.map((what) => `${width}: ${what}`));
  }
  return found;
}

test.describe.configure({ timeout: 180_000 });

test("the pages of the console fit every width", async ({ accessKeys, latchkey, page, script }) => {
  await Session.ofNewMember(script, `${"somebody-with-a-long-address".repeat(2)}@subsidiary.northwind.example`, "administrator");
  await Session.ofNewMember(script, "ben@northwind.example", "member");
  for (const local of ["dora", "w".repeat(60)]) {
    const { link } = await script.call("/api/members/invite", { email: `${local}@northwind.example`, role: "administrator" });
    latchkey.secrets.add(new URL(link).hash.slice(1));
  }
  for (const kind of ["api_key", "oauth_client"] as const) {
    for (const name of names) {
      await script.createKey(kind, name, { expires_at: Date.parse("2099-09-29T12:00Z") });
      await script.createActiveKey(kind, `${name.slice(0, 40)} 2`);
    }
  }
  for (const kind of ["api_key", "oauth_client"] as const) {
    await accessKeys.open(kind);
    expect(await outOfWindow(page, all), kind).toEqual([]);
    await accessKeys.row(names[0] ?? "").open();
    await expect(accessKeys.row(names[0] ?? "").details.getByRole("listitem").first()).toBeVisible();
    expect(await outOfWindow(page, all), `${kind}, with details`).toEqual([]);
    await accessKeys.row(names[2] ?? "").more.click();
    expect(await outOfWindow(page, some), `${kind}, with a menu`).toEqual([]);
    await page.keyboard.press("Escape");
  }
  await page.route("**/api/access-keys/list", (route) => route.abort());
  await accessKeys.search.fill("zebra");
  await expect(accessKeys.staleNote).toBeVisible();
  expect(await outOfWindow(page, all), "while Latchkey cannot be reached").toEqual([]);
  await page.unroute("**/api/access-keys/list");
  await new MembersPage(page, latchkey.url).open();
  expect(await outOfWindow(page, all), "members").toEqual([]);
  await page.goto(`${latchkey.url}/account`);
  await expect(page.getByRole("button", { name: "Change password" })).toBeVisible();
  expect(await outOfWindow(page, all), "account").toEqual([]);
});

test("every dialog and message fits every width", async ({ accessKeys, latchkey, page, script }) => {
  const name = names[0] ?? "";
  await script.createActiveKey("oauth_client", name);
  await script.call("/api/scopes/define", { name: "s".repeat(64), description: "W".repeat(100) });
  const email = `${"w".repeat(60)}@northwind.example`;
  await Session.ofNewMember(script, email, "member");
  await accessKeys.open("oauth_client");
  const fits = async (what: string) => expect(await outOfWindow(page, some), what).toEqual([]);
  for (const action of ["Rename", "Scopes", "Token lifetime", "Delete"] as const) {
    await accessKeys.row(name).choose(action);
    await expect(page.getByRole("dialog")).toBeVisible();
    await fits(action);
    await page.keyboard.press("Escape");
  }
  await accessKeys.row(name).deactivate.click();
  await fits("Deactivate");
  await page.keyboard.press("Escape");
  const question = await accessKeys.startCreating("oauth_client");
  await question.getByText("More options").click();
  await question.getByRole("radio", { name: "Your own public key" }).check();
  await fits("Create");
  await page.keyboard.press("Escape");
  const dialog = await accessKeys.create("oauth_client", "倉".repeat(100));
  await fits("the secret");
  await dialog.button("Got it").click();
  await fits("the question before it is lost");
  await dialog.button("Back to the secret").click();
  await dialog.saveAndClose();
  await expect(accessKeys.showAgain).toBeVisible();
  await fits("the offer to show it again");

  const members = new MembersPage(page, latchkey.url);
  await members.open();
  await members.startChangingRole(email, "Administrator");
  await fits("a role");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: `Remove ${email}` }).click();
  await fits("Remove");
  await page.keyboard.press("Escape");
  latchkey.secrets.add(new URL(await members.recoveryLink(email)).hash.slice(1));
  await fits("a recovery link");
});

test("the pages for those who are not signed in, and the API reference, fit every width", async ({ page, latchkey }) => {
  const paths = ["/sign-in?ended=true", `/set-up#${"x".repeat(43)}`, `/reset-password#${"x".repeat(43)}`, "/accept-invitation", "/no-such-page", "/docs/api"];
  for (const path of paths) {
    await page.goto(latchkey.url + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await outOfWindow(page, path === "/docs/api" ? some : all), path).toEqual([]);
  }
});

test("the list is a table where it fits, and cards otherwise", async ({ accessKeys, page, script }) => {
  await script.createActiveKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  const display = () => accessKeys.row("Warehouse").element.evaluate((row) => getComputedStyle(row).display);
  for (const [width, expected] of [[375, "block"], [600, "block"], [768, "table-row"], [1023, "table-row"], [1024, "table-row"], [1280, "table-row"]] as const) {
    await page.setViewportSize({ width, height: 800 });
    expect(await display(), String(width)).toBe(expected);
  }
});
