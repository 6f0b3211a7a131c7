// Every page, tab and open dialog: axe finds nothing in either theme, and pictures for people to look at are taken
// where the environment's SCREENSHOTS names a folder.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expectAccessible, settled } from "../support/axe.ts";
import { Session } from "../support/session.ts";
import { enter, errorsOf, expect, test } from "../support/test.ts";
import { furnish, insideViews, outsideViews, showEach } from "../support/views.ts";

const folder = process.env.SCREENSHOTS ? resolve(process.env.SCREENSHOTS) : undefined;

const appearances = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "phone", colorScheme: "light", viewport: { width: 375, height: 812 } },
  { name: "phone-dark", colorScheme: "dark", viewport: { width: 375, height: 812 } },
] as const;

test.describe.configure({ timeout: 300_000 });

for (const { name, ...options } of appearances) {
  test(`axe finds nothing wrong on any page, tab or dialog: ${name}`, async ({ browser, latchkey }) => {
    await furnish(latchkey);
    const script = await Session.signIn(latchkey);
    const inside = await browser.newContext({ ...options, locale: "en-GB", reducedMotion: "reduce" });
    const outside = await browser.newContext({ ...options, locale: "en-GB", reducedMotion: "reduce" });
    await enter(inside, await Session.signIn(latchkey));
    const errors = [errorsOf(inside), errorsOf(outside)];
    for (const [context, views] of [[inside, insideViews], [outside, outsideViews]] as const) {
      await showEach(views, context, { latchkey, script }, async (page, view) => {
        await settled(page);
        if (folder) {
          mkdirSync(join(folder, name), { recursive: true });
          await page.screenshot({ path: join(folder, name, `${view.name}.png`), fullPage: true });
        }
        await test.step(view.name, () => expectAccessible(page));
      });
      await context.close();
    }
    expect(errors.flat(), "errors in the console, violations of the content security policy among them").toEqual([]);
  });
}

test("an empty organization and one that is loading, for the eye", async ({ accessKeys, page }) => {
  await expectAccessible(page);
  if (folder) await page.screenshot({ path: join(folder, "light", "empty.png"), fullPage: true });
  await page.route("**/api/access-keys/list", () => undefined);
  await page.reload();
  await expect(page.locator(".skeleton").first()).toBeVisible();
  await expectAccessible(page);
  if (folder) await page.screenshot({ path: join(folder, "light", "loading.png"), fullPage: true });
  await expect(accessKeys.heading).toBeVisible();
});
