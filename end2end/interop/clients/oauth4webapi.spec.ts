import * as oauth from "oauth4webapi";
import { newClient } from "../support/client.ts";
import { expect, test } from "../support/test.ts";

const overPlainHttp = { [oauth.allowInsecureRequests]: true };

async function discovered(url: string): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(url);
  const answer = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...overPlainHttp });
  return oauth.processDiscoveryResponse(issuer, answer);
}

for (const [name, by] of [["Basic", oauth.ClientSecretBasic], ["post", oauth.ClientSecretPost]] as const) {
  test(`oauth4webapi requests, introspects and revokes a token, by ${name}`, async ({ latchkey, script }) => {
    const { id, secret } = await newClient(script);
    const server = await discovered(latchkey.url);
    const client: oauth.Client = { client_id: id };
    const authentication = by(secret);
    const grant = await oauth.clientCredentialsGrantRequest(server, client, authentication, { scope: "orders:read" }, overPlainHttp);
    const token = await oauth.processClientCredentialsResponse(server, client, grant);
    const introspected = async () => {
      const answer = await oauth.introspectionRequest(server, client, authentication, token.access_token, overPlainHttp);
      return oauth.processIntrospectionResponse(server, client, answer);
    };
    expect(await introspected()).toMatchObject({ active: true, scope: "orders:read", sub: id, iss: latchkey.url });
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, client, authentication, token.access_token, overPlainHttp),
    );
    expect(await introspected()).toEqual({ active: false });
  });

  test(`oauth4webapi reports a wrong secret, by ${name}`, async ({ latchkey, script }) => {
    const { id, secret } = await newClient(script);
    const server = await discovered(latchkey.url);
    const grant = await oauth.clientCredentialsGrantRequest(server, { client_id: id }, by(`${secret}x`), {}, overPlainHttp);
    const refused = oauth.processClientCredentialsResponse(server, { client_id: id }, grant);
    await expect(refused).rejects.toMatchObject({ status: 401 });
  });
}

test("oauth4webapi validates the token as a resource server", async ({ latchkey, script }) => {
  const { id, secret } = await newClient(script);
  const server = await discovered(latchkey.url);
  const grant = await oauth.clientCredentialsGrantRequest(server, { client_id: id }, oauth.ClientSecretBasic(secret), {}, overPlainHttp);
  const token = await oauth.processClientCredentialsResponse(server, { client_id: id }, grant);
  const call = new Request("https://orders.example/orders", { headers: { Authorization: `Bearer ${token.access_token}` } });
  const claims = await oauth.validateJwtAccessToken(server, call, latchkey.url, overPlainHttp);
  expect(claims).toMatchObject({ client_id: id, sub: id, iss: latchkey.url, scope: "orders:read tokens:introspect" });
});

test("the challenge of a refused call leads to a token that is accepted", async ({ latchkey, script }) => {
  const { id, secret } = await newClient(script);
  const refused = await fetch(`${latchkey.url}/api/v1/ping`);
  const metadata = refused.headers.get("www-authenticate")?.match(/resource_metadata="([^"]+)"/)?.[1] ?? "";
  expect(metadata).toBe(`${latchkey.url}/.well-known/oauth-protected-resource`);
  const resource = await oauth.processResourceDiscoveryResponse(
    new URL(latchkey.url),
    await fetch(metadata),
  );
  const server = await discovered(resource.authorization_servers?.[0] ?? "");
  const grant = await oauth.clientCredentialsGrantRequest(server, { client_id: id }, oauth.ClientSecretBasic(secret), {}, overPlainHttp);
  const token = await oauth.processClientCredentialsResponse(server, { client_id: id }, grant);
  const ping = new URL("/api/v1/ping", latchkey.url);
  const answer = await oauth.protectedResourceRequest(token.access_token, "GET", ping, undefined, undefined, overPlainHttp);
  expect(await answer.json()).toEqual({ info: "pong", status: 1 });
});
