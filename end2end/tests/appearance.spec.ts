// Every page, tab and open dialog, for each role, in success and in failure: axe finds nothing in either theme. Screenshots are
// written to the folder in the environment's SCREENSHOTS, if it is set.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expectAccessible, settled } from "../support/axe.ts";
import { Session, passwordOf } from "../support/session.ts";
import { enter, errorsOf, expect, test } from "../support/test.ts";
import { administratorViews } from "../support/views/administrator.ts";
import { outsideViews } from "../support/views/outside.ts";
import { readerViews } from "../support/views/reader.ts";
import { furnish, reader, showEach } from "../support/views/view.ts";
import { waitingViews } from "../support/views/waiting.ts";

const folder = process.env.SCREENSHOTS ? resolve(process.env.SCREENSHOTS) : undefined;

const appearances = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "phone", colorScheme: "light", viewport: { width: 375, height: 812 } },
  { name: "phone-dark", colorScheme: "dark", viewport: { width: 375, height: 812 } },
] as const;

test.describe.configure({ timeout: 600_000 });

for (const { name, ...options } of appearances) {
  test(`axe finds nothing wrong on any page, tab or dialog: ${name}`, async ({ browser, latchkey }) => {
    await furnish(latchkey);
    const script = await Session.signIn(latchkey);
    const unexpected: string[] = [];
    for (const [views, session] of [
      [administratorViews, await Session.signIn(latchkey)],
      [waitingViews, await Session.signIn(latchkey)],
      [readerViews, await Session.signIn(latchkey, reader, passwordOf(reader))],
      [outsideViews, undefined],
    ] as const) {
      const context = await browser.newContext({ ...options, locale: "en-GB", reducedMotion: "reduce" });
      if (session) await enter(context, session);
      const shown = views.filter(({ onPhone }) => !onPhone || options.viewport.width < 500);
      const errors = errorsOf(context);
      await showEach(shown, context, { latchkey, script }, async (page, view) => {
        await settled(page);
        if (folder) {
          mkdirSync(join(folder, name), { recursive: true });
          // An overlay is positioned in the window, so it is not in a screenshot of the full page.
          const fullPage = (await page.locator("dialog[open], .toast").count()) === 0;
          await page.screenshot({ path: join(folder, name, `${view.name}.png`), fullPage });
        }
        await test.step(view.name, () => expectAccessible(page));
        unexpected.push(...errors.splice(0).filter((error) => !view.logs?.test(error)).map((error) => `${view.name}: ${error}`));
      });
      await context.close();
    }
    expect(unexpected, "errors in the console, including violations of the content security policy").toEqual([]);
  });
}
