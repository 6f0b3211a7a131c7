import { makeFolder } from "../fixtures/folder.mjs";
import { inRounds } from "../load/rounds.mjs";
import { basic } from "../../harness/http.mjs";
import { load, postForm } from "../load/requests.mjs";
import { startLatchkey } from "../servers/latchkey.mjs";
import { startOidcProvider } from "../servers/oidc-provider.mjs";

/** Introspection of 1,000 access tokens in turn, issued just before. Latchkey's tokens are signed, oidc-provider's are opaque. */

const tokens = 1_000;

export const title = "Introspection";
export const figures = ["introspection", "oidc-provider introspection"];

export async function measure(_wanted, options) {
  const { folder, clients } = await makeFolder({ clients: 100, scopes: ["tokens:introspect"] });
  const latchkey = await startLatchkey(folder);
  const provider = await startOidcProvider("opaque", 4101);
  const [inspector, ...holders] = clients.map(({ id, secret }) => basic(id, secret));
  const sides = {
    introspection: {
      url: `${latchkey.url}/oauth/introspect`,
      inspector,
      tokens: await issue(`${latchkey.url}/oauth/token`, holders, { grant_type: "client_credentials" }),
    },
    "oidc-provider introspection": {
      url: provider.introspectionUrl,
      inspector: provider.resourceServer,
      tokens: await issue(provider.tokenUrl, [provider.client], provider.grant),
    },
  };
  const loads = {};
  for (const [name, side] of Object.entries(sides)) {
    loads[name] = load(side.url, side.tokens.map((token) => postForm(side.url, side.inspector, { token })));
  }
  await requireActive(sides);
  const measured = await inRounds(loads, options);
  await requireActive(sides);
  await latchkey.stop();
  await provider.stop();
  return measured;
}

async function issue(url, authorizations, fields) {
  const issued = [];
  while (issued.length < tokens) {
    const headers = { Authorization: authorizations[issued.length % authorizations.length] };
    const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    issued.push((await answer.json()).access_token);
  }
  return issued;
}

/** Throws unless all tokens are active: an answer about an unknown token is a 200 too, and quicker. */
async function requireActive(sides) {
  for (const [name, { url, inspector, tokens }] of Object.entries(sides)) {
    for (const token of tokens) {
      const body = new URLSearchParams({ token });
      const answer = await fetch(url, { method: "POST", headers: { Authorization: inspector }, body });
      const { active } = await answer.json();
      if (active !== true) throw new Error(`${name}: a token that was just issued is not active`);
    }
  }
}
