import { test as base, expect } from "@playwright/test";
import { Latchkey } from "../../support/latchkey.ts";
import { newPostgresDatabase } from "../../support/postgres.ts";
import { Session } from "../../support/session.ts";
import { endOf } from "../../support/test.ts";

export { expect };

export interface Options {
  /** The database of the server. */
  database: "sqlite" | "postgres";
}

interface Fixtures extends Options {
  /** The settings of the server, besides its database. */
  environment: Record<string, string>;
  /** A server with an administrator and nothing else. */
  latchkey: Latchkey;
  /** The administrator, as a script. */
  script: Session;
}

export const test = base.extend<Fixtures>({
  database: ["sqlite", { option: true }],
  environment: [{}, { option: true }],
  latchkey: async ({ database, environment }, use) => {
    const where = database === "postgres" ? newPostgresDatabase() : {};
    const latchkey = await Latchkey.withAdministrator({ ...where, ...environment });
    await use(latchkey);
    await endOf(latchkey);
  },
  script: async ({ latchkey }, use) => use(await Session.signIn(latchkey)),
});
