import type { Page } from "@playwright/test";

/** Holds the console's WebAssembly back, so that the page is as the server has rendered it; returns what lets it go on. */
export async function holdProgram(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/pkg\/latchkey\.[^/]*wasm$/, (route) => released.then(() => route.continue()));
  return release;
}
