import { type JWTVerifyResult, createRemoteJWKSet, jwtVerify } from "jose";
import { Latchkey } from "../../support/latchkey.ts";
import { accessToken } from "../../support/machine.ts";
import { Session } from "../../support/session.ts";
import { endOf } from "../../support/test.ts";
import { newClient, python } from "../support/client.ts";
import { expect, test } from "../support/test.ts";

/** Validates a token as a service that knows only the issuer's URL. */
async function verified(issuer: string, token: string): Promise<JWTVerifyResult> {
  const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`);
  const { jwks_uri: keys } = (await metadata.json()) as { jwks_uri: string };
  return jwtVerify(token, createRemoteJWKSet(new URL(keys)), { issuer, audience: issuer, typ: "at+jwt" });
}

const tampered = (token: string) => {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const changed = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), scope: "everything" };
  return [header, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".");
};

for (const algorithm of ["ES256", "EdDSA", "RS256"]) {
  test.describe(`signed with ${algorithm}`, () => {
    test.use({ environment: { LATCHKEY_SIGNING_ALGORITHM: algorithm } });

    test("a token is accepted by jose, and a changed one refused", async ({ latchkey, script }) => {
      const { id, secret } = await newClient(script);
      const token = await accessToken(latchkey, id, secret);
      const { payload, protectedHeader } = await verified(latchkey.url, token);
      expect(protectedHeader.alg).toBe(algorithm);
      expect(payload).toMatchObject({ iss: latchkey.url, sub: id, client_id: id });
      await expect(verified(latchkey.url, tampered(token))).rejects.toMatchObject({ code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
      const { secret: apiKey } = await script.createActiveKey("api_key", "Warehouse");
      for (const other of [secret, apiKey]) {
        await expect(verified(latchkey.url, other)).rejects.toMatchObject({ code: "ERR_JWS_INVALID" });
      }
    });

    // Authlib's validator supports the algorithms that its JOSE library recommends, which do not include EdDSA.
    if (algorithm === "EdDSA") return;
    test("a token is accepted by Authlib, and a changed one refused", async ({ latchkey, script }) => {
      const { id, secret } = await newClient(script);
      const token = await accessToken(latchkey, id, secret);
      const result = await python("resource_server.py", latchkey, { GOOD: token, CHANGED: tampered(token) });
      expect(result).toEqual({ good: { client_id: id, scope: "orders:read tokens:introspect" }, changed: null });
    });
  });
}

test("another server's token is refused", async ({ latchkey }) => {
  const other = await Latchkey.withAdministrator();
  try {
    const { id, secret } = await newClient(await Session.signIn(other));
    const token = await accessToken(other, id, secret);
    await expect(verified(latchkey.url, token)).rejects.toMatchObject({ code: "ERR_JWKS_NO_MATCHING_KEY" });
  } finally {
    await endOf(other);
  }
});
