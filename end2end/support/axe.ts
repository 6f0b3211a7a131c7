import { AxeBuilder } from "@axe-core/playwright";
import { type Page, expect } from "@playwright/test";

/** Expects that axe finds no problem in the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`),
  );
  expect.soft(found, "what axe found").toEqual([]);
  expect.soft(await coveredInDialog(page), "elements of the dialog that are covered").toEqual([]);
}

/**
 * Returns the elements of an open dialog that another element of it covers. In a dialog that scrolls, the buttons may cover other
 * elements. Elements that a scrolling part has out of sight do not count.
 */
function coveredInDialog(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const dialog = document.querySelector("dialog[open]");
    if (!dialog || dialog.scrollHeight > dialog.clientHeight) return [];
    const isOutOfSight = (element: Element, y: number): boolean => {
      const around = element.parentElement;
      if (!around || element === dialog) return false;
      const { top, bottom } = around.getBoundingClientRect();
      const scrolls = getComputedStyle(around).overflowY === "auto";
      return (scrolls && (y <= top || y >= bottom)) || isOutOfSight(around, y);
    };
    const isCovered = (element: Element) => {
      const { left, top, bottom, width, height } = element.getBoundingClientRect();
      if (!element.checkVisibility() || width < 2 || height < 2) return false;
      return [top + 2, bottom - 2].some((y) => {
        if (isOutOfSight(element, y)) return false;
        const seen = document.elementFromPoint(left + width / 2, y);
        return !seen || !(element.contains(seen) || seen.contains(element));
      });
    };
    return [...dialog.querySelectorAll("h2, h3, p, label, input, textarea, button")].filter(isCovered).map(({ outerHTML }) => outerHTML);
  });
}

/** Waits until all animations have ended, so that colours are judged in their final state. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const finite = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(finite.map((animation) => animation.finished));
  });
}
