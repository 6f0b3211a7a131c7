import { randomBytes } from "node:crypto";
import { createDatabaseIn } from "../../tools/harness/postgres.mjs";

/** Creates an empty database in the cluster that `LATCHKEY_TEST_POSTGRES` names, and returns the settings of servers that use it. */
export function newPostgresDatabase(): Record<string, string> {
  const cluster = process.env.LATCHKEY_TEST_POSTGRES;
  if (!cluster) throw new Error("LATCHKEY_TEST_POSTGRES is not set: run this with `scripts/with-postgres.sh`");
  return { LATCHKEY_DATABASE: createDatabaseIn(cluster), LATCHKEY_SEALING_KEY: randomBytes(32).toString("base64") };
}
