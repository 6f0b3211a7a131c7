import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";

/** Makes an empty database in the cluster that `LATCHKEY_TEST_POSTGRES` names, and says how servers use it. */
export function newPostgresDatabase(): Record<string, string> {
  const cluster = process.env.LATCHKEY_TEST_POSTGRES;
  if (!cluster) throw new Error("LATCHKEY_TEST_POSTGRES names no cluster: run this by `scripts/with-postgres.sh`");
  const name = `latchkey_${randomBytes(6).toString("hex")}`;
  execFileSync("psql", ["--quiet", "--dbname", cluster, "--command", `CREATE DATABASE ${name}`]);
  const database = new URL(cluster);
  database.pathname = name;
  return { LATCHKEY_DATABASE: database.href, LATCHKEY_SEALING_KEY: randomBytes(32).toString("base64") };
}
