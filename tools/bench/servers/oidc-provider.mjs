import { join } from "node:path";
import { ask, basic } from "../../harness/http.mjs";
import { refuseTakenPort } from "../../harness/ports.mjs";
import { Program } from "../../harness/programs.mjs";
import { bench } from "../folders.mjs";
import { load, postForm } from "../load/requests.mjs";

const client = basic("bench", "bench-secret-0123456789abcdef0123456789abcdef");
const resourceServer = basic("rs", "rs-secret-0123456789abcdef0123456789abcdef");
const grant = { grant_type: "client_credentials", scope: "read" };

/** Starts oidc-provider with its default storage in memory. `mode` is "opaque", or the algorithm that signs its tokens. */
export async function startOidcProvider(mode, port) {
  await refuseTakenPort(port);
  const url = `http://127.0.0.1:${port}`;
  const env = { PATH: process.env.PATH, NODE_ENV: "production", MODE: mode, PORT: String(port) };
  const server = new Program("node", ["server.mjs"], { cwd: join(bench, "peers/oidc-provider"), env });
  const metadata = `${url}/.well-known/openid-configuration`;
  await server.waitUntil("oidc-provider to answer", async () => (await ask(metadata)).status === 200);
  return {
    tokenUrl: `${url}/token`,
    introspectionUrl: `${url}/token/introspection`,
    client,
    resourceServer,
    grant,
    token: load(url, [postForm(`${url}/token`, client, grant)]),
    stop: () => server.stop(),
  };
}
