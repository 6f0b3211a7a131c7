import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { test as base, expect } from "@playwright/test";
import { Latchkey } from "../../support/latchkey.ts";
import { Session } from "../../support/session.ts";
import { endOf } from "../../support/test.ts";

export { expect };

export interface Options {
  /** Where the server keeps what it knows. */
  database: "sqlite" | "postgres";
}

interface Fixtures extends Options {
  /** What the server's environment holds beyond its database. */
  environment: Record<string, string>;
  /** A server with an administrator, and nothing else in it. */
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

/** Makes an empty database in the cluster that `LATCHKEY_TEST_POSTGRES` names, and says how a server uses it. */
function newPostgresDatabase(): NodeJS.ProcessEnv {
  const cluster = process.env.LATCHKEY_TEST_POSTGRES;
  if (!cluster) throw new Error("LATCHKEY_TEST_POSTGRES names no cluster: run this by `make interop`");
  const name = `interop_${randomBytes(6).toString("hex")}`;
  execFileSync("psql", ["--quiet", "--dbname", cluster, "--command", `CREATE DATABASE ${name}`]);
  const database = new URL(cluster);
  database.pathname = name;
  return { LATCHKEY_DATABASE: database.href, LATCHKEY_SEALING_KEY: randomBytes(32).toString("base64") };
}
