import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { connections, ping } from "../../harness/http.mjs";
import { Program } from "../../harness/programs.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { quantile } from "../../harness/statistics.mjs";
import { until } from "../load/watch.mjs";
import { times } from "../report/figures.mjs";
import { startNode } from "../servers/node.mjs";

/** Clients that send their headers or their bodies a few bytes at a time, or read answers as slowly, beside clients that do not. */

export const title = "Slow clients";

export function run({ quick }) {
  const [clients, seconds] = quick ? [200, 10] : [1000, 30];
  return inScope(async (scope) => {
    const node = await startNode();
    scope.defer(() => node.stop("SIGKILL"));
    const session = await openSession(node.url);
    const keys = await Promise.all(Array.from({ length: 20 }, () => session.at(node.url).createActiveKey()));
    for (const key of keys) await ping(node.url, key);
    const descriptors = () => readdirSync(`/proc/${node.pid}/fd`).length;
    const before = descriptors();
    const slow = startSlowClients(scope, node.url, clients, seconds);
    const connected = () => ({ status: descriptors() - before, body: "connections" });
    await until("the slow clients are connected", connected, ({ status }) => status > clients * 0.9, 15_000);

    const seen = { kept: [], fresh: [], failed: 0, connections: [] };
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause(5)) {
      await pingBoth(node.url, keys[seen.fresh.length % keys.length], seen);
      seen.connections.push(descriptors() - before);
    }
    await slow.end();
    const usual = quantile(seen.connections, 0.5);
    return {
      rounds: seen.kept.length + seen.fresh.length,
      figures: [`${usual.toLocaleString("en")} connections in the median, at most ${Math.max(...seen.connections).toLocaleString("en")}`, times("pings on a connection that is kept", seen.kept), times("on a new one", seen.fresh)],
      lost: seen.failed,
      promises: [
        { what: "all pings are answered with 200", kept: seen.failed === 0 },
        { what: "at the 99th percentile within 100 ms", kept: quantile(seen.kept, 0.99) < 100 && quantile(seen.fresh, 0.99) < 100 },
        { what: "nine in ten of the slow clients were connected, in the median", kept: usual > clients * 0.9 },
        { what: "slow bodies were started again and again", kept: slow.waves()[1] > 1 },
      ],
    };
  });
}

/** Starts three kinds of slow clients; each is started again as soon as it is cut off. A slow body is cut off after five seconds. */
function startSlowClients(scope, url, clients, seconds) {
  const common = (part) => ["-c", String(clients * part), "-r", String(clients * part), "-i", "2", "-l", String(seconds + 10), "-p", "30"];
  const kinds = [
    [...common(0.6), "-H", "-u", `${url}/api/v1/ping`],
    [...common(0.2), "-B", "-s", "8192", "-u", `${url}/oauth/token`],
    [...common(0.2), "-X", "-w", "10", "-y", "20", "-n", "3", "-z", "8", "-k", "3", "-u", `${url}/sign-in`],
  ];
  const all = kinds.map(startRepeatedly);
  const end = () => Promise.all(all.map((kind) => kind.end()));
  scope.defer(end);
  return { end, waves: () => all.map((kind) => kind.waves) };
}

function startRepeatedly(args) {
  const kind = { waves: 0 };
  let program;
  let going = true;
  const loop = (async () => {
    while (going) {
      program = new Program("slowhttptest", args);
      kind.waves++;
      await program.exited;
      // Without this pause, a program that cannot start would be started in a tight loop.
      await pause(100);
    }
  })();
  kind.end = async () => {
    going = false;
    await program.stop("SIGKILL");
    await loop;
  };
  return kind;
}

const keptConnections = connections();

async function pingBoth(url, key, seen) {
  const kept = await ping(url, key, { agent: keptConnections });
  const fresh = await ping(url, key, { agent: false });
  seen.kept.push(kept.took);
  seen.fresh.push(fresh.took);
  seen.failed += [kept, fresh].filter(({ status }) => status !== 200).length;
}
