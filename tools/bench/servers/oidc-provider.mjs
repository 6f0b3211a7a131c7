import { join } from "node:path";
import { basic, load, postForm } from "../load/requests.mjs";
import { bench } from "../scratch.mjs";
import { answers, ready, refuseTakenPort, start, stop } from "./process.mjs";

const client = basic("bench", "bench-secret-0123456789abcdef0123456789abcdef");
const resourceServer = basic("rs", "rs-secret-0123456789abcdef0123456789abcdef");
const grant = { grant_type: "client_credentials", scope: "read" };

/** oidc-provider with its default storage in memory. Its tokens are opaque, or JWTs signed with the algorithm of this name. */
export async function startOidcProvider(mode, port) {
  await refuseTakenPort(port);
  const url = `http://127.0.0.1:${port}`;
  const env = { PATH: process.env.PATH, NODE_ENV: "production", MODE: mode, PORT: String(port) };
  const child = start("node", ["server.mjs"], { cwd: join(bench, "peers/oidc-provider"), env });
  await ready(child, "oidc-provider", () => answers(`${url}/.well-known/openid-configuration`));
  return {
    tokenUrl: `${url}/token`,
    introspectionUrl: `${url}/token/introspection`,
    client,
    resourceServer,
    grant,
    token: load(url, [postForm(`${url}/token`, client, grant)]),
    stop: () => stop(child),
  };
}
