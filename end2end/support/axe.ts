import { AxeBuilder } from "@axe-core/playwright";
import { type Page, expect } from "@playwright/test";

/** Expects that axe finds nothing wrong with what the page shows now. */
export async function expectAccessible(page: Page): Promise<void> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`),
  );
  expect.soft(found, "what axe found").toEqual([]);
  expect.soft(await coveredInDialog(page), "what is covered in the dialog").toEqual([]);
}

/**
 * What an open dialog shows and something else of it lies over, unless the dialog scrolls: then its buttons may. What a part of it that
 * scrolls has out of sight is not shown.
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

/** Waits until nothing moves any more: colours are judged as they will stay. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const finite = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(finite.map((animation) => animation.finished));
  });
}
