import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Console } from "../console.mjs";
import { connections, ping } from "../http.mjs";
import { until } from "../load/watch.mjs";
import { quantile, times } from "../report/figures.mjs";
import { inScope } from "../scope.mjs";
import { startNode } from "../servers/node.mjs";
import { startProgram } from "../servers/program.mjs";

/** Clients that send their headers, or their bodies, a few bytes at a time, or read answers as slowly; and others that do not. */

export const title = "Slow clients";

export function run({ quick }) {
  const [clients, seconds] = quick ? [200, 8] : [1000, 30];
  return inScope(async (scope) => {
    const node = await startNode();
    scope.defer(() => node.end("SIGKILL"));
    const console = await Console.signIn(node.url);
    const keys = await Promise.all(Array.from({ length: 20 }, () => console.createActive(node.url)));
    for (const key of keys) await ping(node.url, key);
    const descriptors = () => readdirSync(`/proc/${node.pid}/fd`).length;
    const before = descriptors();
    const slow = startSlowClients(scope, node.url, clients, seconds);
    const connected = () => ({ status: descriptors() - before, body: "connections" });
    await until("the slow clients are there", connected, ({ status }) => status > clients * 0.8, 15_000);

    const seen = { kept: [], fresh: [], failed: 0, connections: [] };
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause(5)) {
      await pingBoth(node.url, keys[seen.fresh.length % keys.length], seen);
      seen.connections.push(descriptors() - before);
    }
    await Promise.all(slow.map((program) => program.end("SIGTERM")));
    const most = Math.max(...seen.connections);
    return {
      rounds: seen.kept.length + seen.fresh.length,
      figures: [`${most.toLocaleString("en")} connections at the most, ${seen.connections.at(-1)} at the end`, times("pings on a connection that is kept", seen.kept), times("on a new one", seen.fresh)],
      lost: seen.failed,
      promises: [
        { what: "all pings are answered with 200", kept: seen.failed === 0 },
        { what: "at the 99th percentile within 100 ms", kept: quantile(seen.kept, 0.99) < 100 && quantile(seen.fresh, 0.99) < 100 },
        { what: "the slow clients were there", kept: most > clients * 0.8 },
      ],
    };
  });
}

/** Most send slow headers, for whoever sends a slow body is cut off after five seconds. Others read slowly. */
function startSlowClients(scope, url, clients, seconds) {
  const common = (part) => ["-c", String(clients * part), "-r", String(clients * part), "-i", "2", "-l", String(seconds + 10), "-p", "30"];
  const kinds = [
    [...common(0.6), "-H", "-u", `${url}/api/v1/ping`],
    [...common(0.2), "-B", "-s", "8192", "-u", `${url}/oauth/token`],
    [...common(0.2), "-X", "-w", "10", "-y", "20", "-n", "3", "-z", "8", "-k", "3", "-u", `${url}/sign-in`],
  ];
  return kinds.map((kind) => {
    const program = startProgram("slowhttptest", kind);
    scope.defer(() => program.end("SIGKILL"));
    return program;
  });
}

const keptConnections = connections();

async function pingBoth(url, key, seen) {
  const kept = await ping(url, key, { agent: keptConnections });
  const fresh = await ping(url, key, { agent: false });
  seen.kept.push(kept.took);
  seen.fresh.push(fresh.took);
  seen.failed += [kept, fresh].filter(({ status }) => status !== 200).length;
}
