import type { Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";

/** There is no motion if the system asks for less motion. */

interface Movement {
  of: string;
  seconds: number;
}

/** The elements and pseudo-elements that change over time, or endlessly. */
function movements(page: Page): Promise<Movement[]> {
  return page.evaluate(() => {
    const seconds = (list: string) => Math.max(...list.split(",").map((time) => parseFloat(time) * (time.endsWith("ms") ? 0.001 : 1)));
    return [...document.querySelectorAll("*")].flatMap((element) =>
      ["", "::before", "::after", "::backdrop"].flatMap((part) => {
        const style = getComputedStyle(element, part || null);
        const rounds = Math.max(...style.animationIterationCount.split(",").map((count) => (count.trim() === "infinite" ? Infinity : Number(count))));
        const animated = style.animationName === "none" ? 0 : seconds(style.animationDuration) * rounds;
        const moving = Math.max(animated, seconds(style.transitionDuration));
        return moving > 0 ? [{ of: `${element.localName}.${element.className}${part}`, seconds: moving }] : [];
      }),
    );
  });
}

const isLong = ({ seconds }: Movement) => seconds > 0.001;

for (const [reducedMotion, what] of [["reduce", "nothing moves"], ["no-preference", "things move"]] as const) {
  test(`${what} where the system asks for ${reducedMotion === "reduce" ? "less motion" : "nothing"}`, async ({ accessKeys, page, script }) => {
    await page.emulateMedia({ reducedMotion });
    const seen: Movement[] = [];
    await script.createActiveKey("oauth_client", "Order import");
    await page.route("**/api/access-keys/list", () => undefined);
    await page.reload();
    await expect(page.locator("main .skeleton").first()).toBeVisible();
    seen.push(...(await movements(page)));
    const loops = await page.evaluate(() =>
      document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations === Infinity).length,
    );
    await page.unroute("**/api/access-keys/list");

    await accessKeys.open("oauth_client");
    const row = accessKeys.row("Order import");
    await row.open();
    await expect(row.liveLine).toBeVisible();
    await row.deactivate.click();
    seen.push(...(await movements(page)));
    await page.route("**/api/access-keys/set-status", () => undefined);
    const question = page.getByRole("dialog", { name: "Deactivate Order import?" });
    await question.getByRole("button", { name: "Deactivate", exact: true }).click();
    await expect(question.locator("[aria-disabled=true]")).toBeVisible();
    seen.push(...(await movements(page)));

    if (reducedMotion === "reduce") {
      expect(seen.filter(isLong)).toEqual([]);
      expect(loops).toBe(0);
    } else {
      // Otherwise the other test could pass by looking in the wrong places.
      const moving = seen.filter(isLong).map(({ of }) => of).join(" ");
      for (const part of ["skeleton", "live-line-dot", "::backdrop", "button", "dialog"]) expect(moving).toContain(part);
      expect(loops).toBeGreaterThan(0);
    }
  });
}
