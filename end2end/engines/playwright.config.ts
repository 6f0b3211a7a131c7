import { defineConfig } from "@playwright/test";
import tests from "../playwright.config.ts";
import type { Options } from "./support/test.ts";

/**
 * The walk through the console in Firefox and in WebKit, by WebDriver. Playwright runs the tests and counts them; the browsers are
 * the distribution's, which Playwright itself cannot drive.
 */
export default defineConfig<Options>({
  ...tests,
  testDir: ".",
  projects: [
    { name: "Firefox", use: { engine: "firefox" } },
    { name: "WebKit", use: { engine: "webkit" } },
  ],
});
