import { generateKeyPairSync } from "node:crypto";
import { newClient, newClientWithKey, python } from "../support/client.ts";
import { expect, test } from "../support/test.ts";

const expected = {
  scope: "orders:read",
  ping: 200,
  active: true,
  active_after_revocation: false,
  wrong_secret: "invalid_client",
};

for (const method of ["client_secret_basic", "client_secret_post"]) {
  test(`Authlib discovers the server, and requests, introspects and revokes a token, by ${method}`, async ({ latchkey, script }) => {
    const { id, secret } = await newClient(script);
    const result = await python("authlib_client.py", latchkey, { METHOD: method, CLIENT_ID: id, CLIENT_SECRET: secret });
    expect(result).toEqual(expected);
  });

  // The library cannot introspect tokens.
  test(`requests-oauthlib requests a token, by ${method}`, async ({ latchkey, script }) => {
    const { id, secret } = await newClient(script);
    const result = await python("requests_oauthlib_client.py", latchkey, { METHOD: method, CLIENT_ID: id, CLIENT_SECRET: secret });
    expect(result).toEqual({ scope: ["orders:read"], ping: 200, wrong_secret: "invalid_client" });
  });
}

test("Authlib authenticates by private_key_jwt", async ({ latchkey, script }) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = await newClientWithKey(script, publicKey.export({ format: "jwk" }));
  const variables = { CLIENT_ID: id, PRIVATE_KEY: JSON.stringify(privateKey.export({ format: "jwk" })) };
  expect(await python("authlib_private_key.py", latchkey, variables)).toEqual({ ping: 200 });
});
