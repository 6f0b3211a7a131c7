import { makeFolder } from "../fixtures/folder.mjs";
import { inRounds } from "../load/rounds.mjs";
import { basic } from "../../harness/http.mjs";
import { load, postForm } from "../load/requests.mjs";
import { startLatchkey } from "../servers/latchkey.mjs";
import { startOidcProvider } from "../servers/oidc-provider.mjs";

/** Introspection of 1,000 access tokens in turn, taken just before: Latchkey's are signed, oidc-provider's opaque. */

const tokens = 1_000;

export const title = "Introspection";
export const figures = ["introspection", "oidc-provider introspection"];

export async function measure(_wanted, options) {
  const { folder, clients } = await makeFolder({ clients: 100, scopes: ["tokens:introspect"] });
  const latchkey = await startLatchkey(folder);
  const provider = await startOidcProvider("opaque", 4101);
  const [asker, ...holders] = clients.map(({ id, secret }) => basic(id, secret));
  const sides = {
    introspection: {
      url: `${latchkey.url}/oauth/introspect`,
      asker,
      tokens: await take(`${latchkey.url}/oauth/token`, holders, { grant_type: "client_credentials" }),
    },
    "oidc-provider introspection": {
      url: provider.introspectionUrl,
      asker: provider.resourceServer,
      tokens: await take(provider.tokenUrl, [provider.client], provider.grant),
    },
  };
  const loads = {};
  for (const [name, side] of Object.entries(sides)) {
    loads[name] = load(side.url, side.tokens.map((token) => postForm(side.url, side.asker, { token })));
  }
  await allAreActive(sides);
  const measured = await inRounds(loads, options);
  await allAreActive(sides);
  await latchkey.stop();
  await provider.stop();
  return measured;
}

async function take(url, authorizations, fields) {
  const taken = [];
  while (taken.length < tokens) {
    const headers = { Authorization: authorizations[taken.length % authorizations.length] };
    const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    taken.push((await answer.json()).access_token);
  }
  return taken;
}

/** An answer about a forgotten token is a 200 as well, and quicker. */
async function allAreActive(sides) {
  for (const [name, { url, asker, tokens }] of Object.entries(sides)) {
    for (const token of tokens) {
      const body = new URLSearchParams({ token });
      const answer = await fetch(url, { method: "POST", headers: { Authorization: asker }, body });
      const { active } = await answer.json();
      if (active !== true) throw new Error(`${name}: a token that was just taken is not active`);
    }
  }
}
