import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../../tools/harness/programs.mjs";
import type { Latchkey } from "../../support/latchkey.ts";
import { expect, test } from "../support/test.ts";

/** The operations that end the session of the other calls, or its rights. */
const SESSION_ENDING = ["sign-out", "change-password", "members-set-role", "members-remove"];

/** Lets Schemathesis make every call of the OpenAPI description, with all of its checks and with this authentication. */
async function findings(latchkey: Latchkey, authentication: string): Promise<{ status: number | null; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), "schemathesis-"));
  const config = join(folder, "schemathesis.toml");
  const base = readFileSync(join(import.meta.dirname, "schemathesis.toml"), "utf8");
  writeFileSync(config, `${base}\n[auth.openapi]\n${authentication}\n`);
  const program = join(process.env.SCHEMATHESIS ?? "", "bin/schemathesis");
  const args = [
    "--config-file", config,
    "run", `${latchkey.url}/api/openapi.json`,
    "--phases", "examples,coverage,fuzzing",
    "--max-examples", "40",
    "--seed", "1",
    "--warnings", "off",
    ...SESSION_ENDING.flatMap((operation) => ["--exclude-operation-id", operation]),
  ];
  const env = { PATH: process.env.PATH, NO_COLOR: "1", COLUMNS: "150" };
  const { status, output } = await runProgram(program, args, { cwd: folder, env, within: 280_000 });
  rmSync(folder, { recursive: true });
  return { status, output };
}

test("Schemathesis finds nothing wrong, signed in", async ({ latchkey, script }) => {
  test.setTimeout(300_000);
  const { status, output } = await findings(latchkey, `session = { api_key = "${script.cookie.split("=")[1]}" }`);
  expect(status, output).toBe(0);
});

test("Schemathesis finds nothing wrong, with a key that manages keys", async ({ latchkey, script }) => {
  test.setTimeout(300_000);
  const { key, secret } = await script.createActiveKey("api_key", "Manager");
  await script.call("/api/access-keys/set-scopes", { id: key.id, scopes: ["access-keys:manage", "tokens:introspect"] });
  const { status, output } = await findings(latchkey, `bearer = { bearer = "${secret}" }`);
  expect(status, output).toBe(0);
});
