import { ClientCredentials } from "simple-oauth2";
import { basic } from "../../support/machine.ts";
import { type Client, newClient } from "../support/client.ts";
import { expect, test } from "../support/test.ts";

// The library cannot introspect tokens, and does not discover endpoints.
const library = (url: string, { id, secret }: Client, authorizationMethod: "header" | "body") =>
  new ClientCredentials({
    client: { id, secret },
    auth: { tokenHost: url, tokenPath: "/oauth/token", revokePath: "/oauth/revoke" },
    options: { authorizationMethod },
  });

for (const method of ["header", "body"] as const) {
  test(`simple-oauth2 requests and revokes a token, with its credentials in the ${method}`, async ({ latchkey, script }) => {
    const client = await newClient(script);
    const token = await library(latchkey.url, client, method).getToken({ scope: "orders:read" });
    const ping = () => fetch(`${latchkey.url}/api/v1/ping`, { headers: { Authorization: `Bearer ${token.token.access_token}` } });
    expect(token.token.scope).toBe("orders:read");
    expect(token.expired()).toBe(false);
    expect((await ping()).status).toBe(200);
    await token.revoke("access_token");
    expect((await ping()).status).toBe(401);
  });

  test(`simple-oauth2 reports a wrong secret and an inactive client, with its credentials in the ${method}`, async ({ latchkey, script }) => {
    const client = await newClient(script);
    const invalidClient = { output: { statusCode: 401 }, data: { payload: { error: "invalid_client" } } };
    const wrong = library(latchkey.url, { ...client, secret: `${client.secret}x` }, method);
    await expect(wrong.getToken({})).rejects.toMatchObject(invalidClient);
    await script.setStatus(client.id, "inactive");
    await expect(library(latchkey.url, client, method).getToken({})).rejects.toMatchObject(invalidClient);
  });
}

test("Basic accepts an encoded and a raw pair alike", async ({ latchkey, script }) => {
  const { id, secret } = await newClient(script);
  const encoded = (text: string) => text.replaceAll("_", "%5F");
  for (const pair of [[id, secret], [encoded(id), encoded(secret)]] as const) {
    const answer = await fetch(`${latchkey.url}/oauth/token`, {
      method: "POST",
      headers: { Authorization: basic(...pair) },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    expect(answer.status).toBe(200);
  }
});
