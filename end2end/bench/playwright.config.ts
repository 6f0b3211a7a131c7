import { defineConfig } from "@playwright/test";
import tests from "../playwright.config.ts";

/** Measures one figure after the other, so that they do not disturb each other. */
export default defineConfig({
  ...tests,
  testDir: ".",
  testMatch: "figures.ts",
  workers: 1,
  timeout: 300_000,
  reporter: [["line"]],
});
