import { generateKeyPairSync } from "node:crypto";
import { importJWK } from "jose";
import * as openid from "openid-client";
import { type Client, newClient, newClientWithKey } from "../support/client.ts";
import { expect, test } from "../support/test.ts";

const overPlainHttp: openid.DiscoveryRequestOptions = { algorithm: "oauth2", execute: [openid.allowInsecureRequests] };

function discovered(url: string, { id, secret }: Client, by: (secret: string) => openid.ClientAuth): Promise<openid.Configuration> {
  return openid.discovery(new URL(url), id, secret, by(secret), overPlainHttp);
}

for (const [name, by] of [["Basic", openid.ClientSecretBasic], ["post", openid.ClientSecretPost]] as const) {
  test(`openid-client requests, introspects and revokes a token, by ${name}`, async ({ latchkey, script }) => {
    const client = await newClient(script);
    const config = await discovered(latchkey.url, client, by);
    const token = await openid.clientCredentialsGrant(config, { scope: "orders:read" });
    expect(token.scope).toBe("orders:read");
    expect(token.expires_in).toBe(3600);
    const introspected = await openid.tokenIntrospection(config, token.access_token);
    expect(introspected).toMatchObject({ active: true, client_id: client.id, scope: "orders:read" });
    await openid.tokenRevocation(config, token.access_token);
    expect(await openid.tokenIntrospection(config, token.access_token)).toEqual({ active: false });
  });

  test(`openid-client reports a wrong secret and an inactive client, by ${name}`, async ({ latchkey, script }) => {
    const client = await newClient(script);
    const wrong = await discovered(latchkey.url, { ...client, secret: `${client.secret}x` }, by);
    await expect(openid.clientCredentialsGrant(wrong)).rejects.toMatchObject({ status: 401 });
    const config = await discovered(latchkey.url, client, by);
    await script.setStatus(client.id, "inactive");
    await expect(openid.clientCredentialsGrant(config)).rejects.toMatchObject({ status: 401 });
  });
}

for (const algorithm of ["oauth2", "oidc"] as const) {
  test(`openid-client discovers the server by ${algorithm}, and requests a token for a resource`, async ({ latchkey, script }) => {
    const { id, secret } = await newClient(script);
    const options: openid.DiscoveryRequestOptions = { algorithm, execute: [openid.allowInsecureRequests] };
    const config = await openid.discovery(new URL(latchkey.url), id, secret, openid.ClientSecretBasic(secret), options);
    expect(config.serverMetadata()).toMatchObject({ issuer: latchkey.url, token_endpoint: `${latchkey.url}/oauth/token` });
    const token = await openid.clientCredentialsGrant(config, { resource: `${latchkey.url}/` });
    latchkey.secrets.add(token.access_token);
    expect(await openid.tokenIntrospection(config, token.access_token)).toMatchObject({ active: true, aud: latchkey.url });
    const refused = openid.clientCredentialsGrant(config, { resource: "https://elsewhere.example" });
    await expect(refused).rejects.toMatchObject({ error: "invalid_target", status: 400 });
  });
}

for (const [algorithm, pair] of [
  ["ES256", () => generateKeyPairSync("ec", { namedCurve: "P-256" })],
  ["Ed25519", () => generateKeyPairSync("ed25519")],
  ["RS256", () => generateKeyPairSync("rsa", { modulusLength: 2048 })],
  ["PS256", () => generateKeyPairSync("rsa", { modulusLength: 2048 })],
] as const) {
  test(`openid-client authenticates by private_key_jwt with ${algorithm}`, async ({ latchkey, script }) => {
    const { privateKey, publicKey } = pair();
    const id = await newClientWithKey(script, publicKey.export({ format: "jwk" }));
    const key = await importJWK(privateKey.export({ format: "jwk" }), algorithm);
    const config = await openid.discovery(new URL(latchkey.url), id, {}, openid.PrivateKeyJwt(key as CryptoKey), overPlainHttp);
    const first = await openid.clientCredentialsGrant(config);
    const second = await openid.clientCredentialsGrant(config);
    expect(first.access_token).not.toBe(second.access_token);
    await script.setStatus(id, "inactive");
    await expect(openid.clientCredentialsGrant(config)).rejects.toMatchObject({ status: 401 });
  });
}
