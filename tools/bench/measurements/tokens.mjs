import { makeFolder } from "../fixtures/folder.mjs";
import { inRounds } from "../load/rounds.mjs";
import { basic } from "../../harness/http.mjs";
import { load, postForm } from "../load/requests.mjs";
import { startLatchkey } from "../servers/latchkey.mjs";
import { startOidcProvider } from "../servers/oidc-provider.mjs";

/** Issuing of signed access tokens: by Latchkey to 100 clients in turn, by oidc-provider to one client. */

const algorithms = { ES256: 4101, EdDSA: 4104 };

export const title = "Tokens";
export const figures = Object.keys(algorithms).flatMap((algorithm) => [
  `token ${algorithm}`,
  `oidc-provider token ${algorithm}`,
]);

export async function measure(wanted, options) {
  const servers = [];
  const loads = {};
  for (const [algorithm, port] of Object.entries(algorithms)) {
    if (!wanted.has(`token ${algorithm}`)) continue;
    const settings = { LATCHKEY_SIGNING_ALGORITHM: algorithm };
    const { folder, clients } = await makeFolder({ clients: 100 }, settings);
    const latchkey = await startLatchkey(folder, settings);
    const provider = await startOidcProvider(algorithm, port);
    servers.push(latchkey, provider);
    const url = `${latchkey.url}/oauth/token`;
    const ask = ({ id, secret }) => postForm(url, basic(id, secret), { grant_type: "client_credentials" });
    loads[`token ${algorithm}`] = load(url, clients.map(ask));
    loads[`oidc-provider token ${algorithm}`] = provider.token;
    await requireAlgorithm(algorithm, [[url, basic(clients[0].id, clients[0].secret)], [provider.tokenUrl, provider.client]]);
  }
  const measured = await inRounds(loads, options);
  for (const server of servers) await server.stop();
  return measured;
}

/** Throws unless both sides issue JWTs that are signed with the algorithm, so that like is compared with like. */
async function requireAlgorithm(algorithm, endpoints) {
  for (const [url, authorization] of endpoints) {
    const body = new URLSearchParams({ grant_type: "client_credentials" });
    const answer = await fetch(url, { method: "POST", headers: { Authorization: authorization }, body });
    const { access_token: token } = await answer.json();
    const { alg } = JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString());
    if (alg !== algorithm) throw new Error(`${url} signs with ${alg} instead of ${algorithm}`);
  }
}
