// Forced colours, such as Windows' high contrast, replace the page's colours by a few of the reader's. Selections must stay visible.
import type { Locator, Page } from "@playwright/test";
import { MembersPage } from "../pages/members.ts";
import { expect, test } from "../support/test.ts";

test.use({ contextOptions: { forcedColors: "active" } });

/** The appearance of an element except its text. */
function look(element: Locator): Promise<string> {
  return element.evaluate((it) => {
    const { backgroundColor, borderBottomColor, borderTopWidth, color, outlineStyle, outlineColor } = getComputedStyle(it);
    return [backgroundColor, borderBottomColor, borderTopWidth, color, outlineStyle === "none" ? "" : outlineColor].join(" ");
  });
}

/** Expects that two elements differ by more than a line of one pixel: by the background of their text. */
async function expectDistinct(selected: Locator, other: Locator, what: string): Promise<void> {
  const background = (element: Locator) => element.evaluate((it) => getComputedStyle(it).backgroundColor);
  expect(await look(selected), what).not.toBe(await look(other));
  expect(await background(selected), `${what}: the background`).not.toBe(await background(other));
  expect(await contrast(selected), `${what}: words on it`).toBeGreaterThanOrEqual(4.5);
}

/** The contrast of an element's text with its background (WCAG 2.2, "contrast ratio"). */
async function contrast(element: Locator): Promise<number> {
  const colors = await element.evaluate((it) => [getComputedStyle(it).color, getComputedStyle(it).backgroundColor]);
  const [darker = 0, lighter = 0] = colors.map(luminance).sort((one, other) => one - other);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => Number(part) / 255);
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

const menu = (page: Page) => page.getByRole("navigation", { name: "Main" });

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the selected tab, filter, page and theme are distinguishable, hovered or not", async ({ accessKeys, page }) => {
      await page.mouse.move(0, 0);
      const theme = page.getByRole("group", { name: "Theme" });
      const status = page.getByRole("group", { name: "Status" });
      const pairs: [Locator, Locator, string][] = [
        [accessKeys.tab("oauth_client"), accessKeys.tab("api_key"), "tab"],
        [status.getByRole("button", { name: "Current" }), status.getByRole("button", { name: "Active", exact: true }), "filter"],
        [menu(page).getByRole("link", { name: "Access Keys" }), menu(page).getByRole("link", { name: "Members" }), "page"],
        [theme.getByRole("button", { name: "System" }), theme.getByRole("button", { name: "Dark" }), "theme"],
      ];
      for (const [selected, other, what] of pairs) {
        await expectDistinct(selected, other, what);
        await selected.hover();
        await expectDistinct(selected, other, `${what}, hovered`);
      }
    });

    test("a later selection is distinguishable in place of the first", async ({ accessKeys, page }) => {
      await accessKeys.choose("api_key");
      await expectDistinct(accessKeys.tab("api_key"), accessKeys.tab("oauth_client"), "tab");
      await accessKeys.filter("Expired");
      const status = page.getByRole("group", { name: "Status" });
      await expect.poll(() => look(status.getByRole("button", { name: "Expired" }))).not.toBe(await look(status.getByRole("button", { name: "Current" })));
      await menu(page).getByRole("link", { name: "Members" }).click();
      await expectDistinct(menu(page).getByRole("link", { name: "Members" }), menu(page).getByRole("link", { name: "Access Keys" }), "page");
    });

    test("the current menu item, choice, language and focused element are distinguishable", async ({ accessKeys, latchkey, page, script }) => {
      await script.createActiveKey("oauth_client", "Warehouse");
      await accessKeys.open("oauth_client");
      const row = accessKeys.row("Warehouse");
      await row.more.focus();
      await page.keyboard.press("ArrowDown");
      await expect(page.getByRole("menuitem", { name: "Rename" })).toBeFocused();
      await expectDistinct(page.getByRole("menuitem", { name: "Rename" }), page.getByRole("menuitem", { name: "Scopes" }), "menu item");
      await page.getByRole("menuitem", { name: "Delete" }).hover();
      await expectDistinct(page.getByRole("menuitem", { name: "Delete" }), page.getByRole("menuitem", { name: "Scopes" }), "menu item, hovered");
      await page.keyboard.press("Escape");
      await row.open();
      const tabs = row.details.getByRole("tab");
      await expectDistinct(tabs.first(), tabs.nth(1), "language");
      for (const control of [accessKeys.tab("oauth_client"), row.nameButton, accessKeys.search]) {
        await control.focus();
        await page.keyboard.press("Shift+Tab");
        await page.keyboard.press("Tab");
        const ring = await control.evaluate((it) => {
          const { outlineStyle, outlineWidth, outlineColor, backgroundColor } = getComputedStyle(it);
          return outlineStyle !== "none" && outlineWidth !== "0px" && outlineColor !== backgroundColor;
        });
        expect(ring).toBe(true);
      }
      const members = new MembersPage(page, latchkey.url);
      await members.open();
      await page.getByRole("button", { name: "Invite member" }).click();
      const choice = (name: string) => page.locator(".choice label").filter({ has: page.getByRole("radio", { name }) });
      expect(await look(choice("Member"))).not.toBe(await look(choice("Administrator")));
    });

    test("a status has a frame, and a primary button has distinct colours", async ({ accessKeys, script }) => {
      await script.createActiveKey("api_key", "Active one");
      await script.createKey("api_key", "Inactive one");
      await accessKeys.open("api_key");
      const pill = (name: string) => accessKeys.row(name).element.locator(".pill");
      expect(await look(pill("Active one"))).not.toBe(await look(pill("Inactive one")));
      for (const name of ["Active one", "Inactive one"]) {
        expect(await pill(name).evaluate((it) => getComputedStyle(it).borderTopWidth)).toBe("1px");
      }
      await expectDistinct(accessKeys.createButton("api_key"), accessKeys.row("Inactive one").activate, "Create");
    });
  });
}
