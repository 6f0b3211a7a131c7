import { basic, bearer } from "../../tools/harness/http.mjs";
import type { Latchkey } from "./latchkey.ts";

/** The calls of a machine: to the API, with a credential. */

export { basic, bearer };

export function ping(latchkey: Latchkey, authorization?: string): Promise<Response> {
  return fetch(`${latchkey.url}/api/v1/ping`, { headers: authorization ? { Authorization: authorization } : {} });
}

export function requestToken(latchkey: Latchkey, id: string, secret: string): Promise<Response> {
  return fetch(`${latchkey.url}/oauth/token`, {
    method: "POST",
    headers: { Authorization: basic(id, secret) },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
}

export async function accessToken(latchkey: Latchkey, id: string, secret: string): Promise<string> {
  const answer = await requestToken(latchkey, id, secret);
  if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  const { access_token: token } = (await answer.json()) as { access_token: string };
  latchkey.secrets.add(token);
  return token;
}

/** The status that `/verify` answers to a gateway that requires a scope of a credential. */
export async function verify(latchkey: Latchkey, authorization: string, scope: string): Promise<number> {
  const url = `${latchkey.url}/verify?scope=${encodeURIComponent(scope)}`;
  return (await fetch(url, { headers: { Authorization: authorization } })).status;
}
