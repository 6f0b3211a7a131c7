import { requestToken } from "../../support/machine.ts";
import { expect, test } from "../support/test.ts";

test("a client gets a token", async ({ latchkey, script }) => {
  const { key, secret } = await script.createActiveKey("oauth_client", "Order import");
  expect((await requestToken(latchkey, key.id, secret)).status).toBe(200);
});
