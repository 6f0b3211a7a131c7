import type { Page } from "@playwright/test";

/** Delays the console's WebAssembly, so that the page stays as the server rendered it. Returns the function that lets it load. */
export async function holdProgram(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/pkg\/latchkey\.[^/]*wasm$/, (route) => released.then(() => route.continue()));
  return release;
}
