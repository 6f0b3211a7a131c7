import type { Page } from "@playwright/test";

/** Finds the places of a page that contain a text: its markup, its fields, its address and its storage. */
export function tracesOf(page: Page, text: string): Promise<string[]> {
  return page.evaluate((sought) => {
    const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")];
    const places: [string, string][] = [
      ...fields.map((field): [string, string] => [`the field ${field.id}`, field.value]),
      ["the markup", document.documentElement.outerHTML],
      ["the address", location.href],
      ["the history", JSON.stringify(history.state)],
      ["local storage", JSON.stringify({ ...localStorage })],
      ["session storage", JSON.stringify({ ...sessionStorage })],
    ];
    return places.filter(([, content]) => content?.includes(sought)).map(([place]) => place);
  }, text);
}
