import { join } from "node:path";
import { runProgram } from "../../../tools/harness/programs.mjs";
import { expect, test } from "../support/test.ts";

const program = join(process.env.TARGET_DIR ?? join(import.meta.dirname, "../../../target"), "debug/examples/oauth2_client");

test("the Rust crate oauth2 requests, introspects and revokes a token, by Basic and by post", async ({ latchkey, script }) => {
  await script.call("/api/scopes/define", { name: "orders:read", description: "Read orders" });
  const { key, secret } = await script.createActiveKey("oauth_client", "Order import");
  await script.call("/api/access-keys/set-scopes", { id: key.id, scopes: ["orders:read", "tokens:introspect"] });
  const env = { ISSUER: latchkey.url, CLIENT_ID: key.id, CLIENT_SECRET: secret };
  const { status, stdout, output } = await runProgram(program, [], { env: { PATH: process.env.PATH, ...env } });
  expect(status, output).toBe(0);
  const expected = {
    scopes: ["orders:read"],
    expires_in: 3600,
    active: true,
    active_after_revocation: false,
    wrong_secret_is_invalid_client: true,
  };
  expect(JSON.parse(stdout)).toEqual({ basic: expected, post: expected });
});
