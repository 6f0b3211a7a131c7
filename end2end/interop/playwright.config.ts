import { defineConfig } from "@playwright/test";
import tests from "../playwright.config.ts";
import type { Options } from "./support/test.ts";

/** Third-party programs against the release binary, once on each database. No browser is started. */
export default defineConfig<Options>({
  ...tests,
  testDir: ".",
  projects: [
    { name: "SQLite", use: { database: "sqlite" } },
    { name: "PostgreSQL", use: { database: "postgres" } },
  ],
});
