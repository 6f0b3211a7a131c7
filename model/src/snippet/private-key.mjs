import { createPrivateKey, randomUUID, sign } from "node:crypto";

const jwk = JSON.parse(process.env.CLIENT_PRIVATE_KEY);
const alg = { EC: "ES256", OKP: "EdDSA", RSA: "RS256" }[jwk.kty];
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const iat = Math.floor(Date.now() / 1000);
const claims = { iss: "{id}", sub: "{id}", aud: "{issuer}", iat, exp: iat + 60, jti: randomUUID() };
const unsigned = `${part({ alg })}.${part(claims)}`;
const key = { key: createPrivateKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
const signature = sign(alg === "EdDSA" ? null : "sha256", unsigned, key).toString("base64url");

const grant = await fetch("{base_url}/oauth/token", {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: `${unsigned}.${signature}`,
  }),
});
const { access_token } = await grant.json();

const ping = await fetch("{base_url}/api/v1/ping", { headers: { Authorization: `Bearer ${access_token}` } });
console.log(ping.status, await ping.text());
