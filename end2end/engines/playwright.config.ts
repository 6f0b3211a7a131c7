import { defineConfig } from "@playwright/test";
import tests from "../playwright.config.ts";
import type { Options } from "./support/test.ts";

/**
 * Walks through the console in Firefox and in WebKit, by WebDriver. Playwright runs and counts the tests; the browsers are those
 * of the distribution, which Playwright itself cannot drive.
 */
export default defineConfig<Options>({
  ...tests,
  testDir: ".",
  projects: [
    { name: "Firefox", use: { engine: "firefox" } },
    { name: "WebKit", use: { engine: "webkit" } },
  ],
});
