import { defineConfig } from "@playwright/test";
import tests from "../playwright.config.ts";

/** The figures are measured one after the other, so that none disturbs another. */
export default defineConfig({
  ...tests,
  testDir: ".",
  testMatch: "figures.ts",
  workers: 1,
  timeout: 300_000,
  reporter: [["line"]],
});
