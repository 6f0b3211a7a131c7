import { MembersPage } from "../pages/members.ts";
import { Session } from "../support/session.ts";
import { expect, test } from "../support/test.ts";

test.use({ viewport: { width: 375, height: 812 }, hasTouch: true });

test("nothing scrolls sideways", async ({ accessKeys, script, page, latchkey }) => {
  await script.createActiveKey("api_key", "W".repeat(100));
  await script.createKey("api_key", "A warehouse with a rather long name, north of the river, gate 7");
  await Session.ofNewMember(script, "somebody.with.a.very.long.address@subsidiary.northwind.example", "member");
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await accessKeys.open("api_key");
  expect(await overflow()).toBeLessThanOrEqual(0);
  await accessKeys.row("W".repeat(100)).open();
  expect(await overflow(), "with open details").toBeLessThanOrEqual(0);
  await new MembersPage(page, latchkey.url).open();
  expect(await overflow(), "members").toBeLessThanOrEqual(0);
  await page.goto(`${latchkey.url}/account`);
  expect(await overflow(), "account").toBeLessThanOrEqual(0);
  // Leaves the page first: without its cookie it would itself go to the sign-in page at the same time.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await page.goto(`${latchkey.url}/sign-in`);
  expect(await overflow(), "sign-in").toBeLessThanOrEqual(0);
});

test("a key is a card with labelled facts", async ({ accessKeys, script, page }) => {
  const { key } = await script.createKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  const row = accessKeys.row("Warehouse");
  const card = await row.element.boundingBox();
  expect(card?.width).toBeLessThanOrEqual(375);
  expect(card?.height, "facts are below each other").toBeGreaterThan(100);
  await expect(row.element).toContainText(key.id);
  const labels = await row.element.evaluate((element) =>
    [...element.querySelectorAll("td")].map((cell) => getComputedStyle(cell, "::before").content.replaceAll('"', "")),
  );
  for (const label of ["Key ID", "Status", "Last used", "Created"]) expect(labels).toContain(label);
  await expect(page.getByRole("cell").first()).toBeVisible();
});

test("the menu opens, navigates and closes", async ({ accessKeys, page }) => {
  const members = page.getByRole("link", { name: "Members" });
  await expect(accessKeys.heading).toBeVisible();
  await expect(members).toBeHidden();
  const menu = page.getByRole("button", { name: "Menu" });
  await menu.click();
  await expect(menu).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("Escape");
  await expect(members).toBeHidden();
  await menu.click();
  await members.click();
  await expect(page.getByRole("heading", { name: "Members", level: 1 })).toBeVisible();
  await expect(members).toBeHidden();
});

test("a key is created, saved and activated by touch", async ({ accessKeys }) => {
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const box = await dialog.element.boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(375);
  await dialog.saveAndClose();
  const row = accessKeys.row("Warehouse");
  await row.activate.tap();
  await row.expectStatus("Active");
});
