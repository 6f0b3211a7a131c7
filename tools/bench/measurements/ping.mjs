import { folderOf } from "../fixtures/folder.mjs";
import { inRounds } from "../load/rounds.mjs";
import { basic } from "../../harness/http.mjs";
import { get, load } from "../load/requests.mjs";
import { startBetterAuth } from "../servers/better-auth.mjs";
import { copyOf, knows, startLatchkey } from "../servers/latchkey.mjs";
import { startNginx } from "../servers/nginx.mjs";

/** Validation of API keys, 100 of them in turn, beside bare routes and beside a library that does the same. */

export const title = "Ping";
export const figures = ["ping", "livez", "ping, 100,000 keys", "ping, last_used off", "nginx bare", "nginx map", "better-auth"];

export async function measure(wanted, options) {
  const servers = [];
  const started = async (starting) => {
    servers.push(await starting);
    return servers.at(-1);
  };
  const latchkeyOf = async (count, settings) => {
    const { folder, keys } = await folderOf(count);
    const { url } = await started(startLatchkey(copyOf(folder), settings));
    return { livez: load(url, [get(`${url}/livez`)]), ping: pings(url, keys) };
  };
  const loads = {};
  if (wanted.has("ping") || wanted.has("livez")) {
    const { livez, ping } = await latchkeyOf(100);
    Object.assign(loads, { livez, ping });
  }
  if (wanted.has("ping, 100,000 keys")) loads["ping, 100,000 keys"] = (await latchkeyOf(100_000)).ping;
  if (wanted.has("ping, last_used off") && knows("LATCHKEY_LAST_USED")) {
    loads["ping, last_used off"] = (await latchkeyOf(100, { LATCHKEY_LAST_USED: "off" })).ping;
  }
  if (wanted.has("nginx bare") || wanted.has("nginx map")) {
    const { bare, map } = await started(startNginx());
    Object.assign(loads, { "nginx bare": bare, "nginx map": map });
  }
  if (wanted.has("better-auth")) loads["better-auth"] = (await started(startBetterAuth())).verify;
  const measured = await inRounds(loads, options);
  for (const server of servers) await server.stop();
  return measured;
}

/** Makes a load that pings with each of the keys in turn. */
export function pings(url, keys) {
  return load(url, keys.map(({ secret }) => get(`${url}/api/v1/ping`, basic(secret))));
}
