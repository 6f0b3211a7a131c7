import { readdirSync } from "node:fs";
import { Agent } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { ping } from "../../harness/http.mjs";
import { binary } from "../../harness/paths.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { quantile } from "../../harness/statistics.mjs";
import { waitFor } from "../../harness/wait.mjs";
import { until } from "../load/watch.mjs";
import { times } from "../report/figures.mjs";
import { startNode } from "../servers/node.mjs";

/**
 * One address opens more connections than the server accepts. It sends nothing on them, or never finishes a request's head or its
 * body, or sends one request and no other; each connection that is closed is opened again at once. Valid calls come from the same
 * address (from another one where the attacker's requests are complete), and from a gateway.
 */

export const title = "Idle connections from one address";

// The server keeps 128 of these for other files, so that 172 are left for connections.
const descriptors = 300;
const idle = 260;
const gatewayConnections = 40;

const host = "HTTP/1.1\r\nHost: latchkey\r\n";
const attacks = [
  { sent: "", from: "127.0.0.1" },
  { sent: `GET /api/v1/ping ${host}`, from: "127.0.0.1" },
  { sent: `POST /api/sign-in ${host}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`, from: "127.0.0.1" },
  { sent: `GET /livez ${host}\r\n`, from: "127.0.0.3" },
];

export function run({ quick }) {
  const seconds = quick ? 16 : 60;
  return inScope(async (scope) => {
    const node = await startNode({ command: ["prlimit", `--nofile=${descriptors}:${descriptors}`, binary] });
    scope.defer(() => node.stop("SIGKILL"));
    const session = await openSession(node.url);
    const keys = await Promise.all(Array.from({ length: 20 }, () => session.at(node.url).createActiveKey()));
    for (const key of keys) await ping(node.url, key);
    const gateway = startGateway(node.url, keys);
    scope.defer(() => gateway.end());

    const open = () => ({ status: readdirSync(`/proc/${node.pid}/fd`).length, body: "descriptors" });
    const seen = { kept: [], fresh: [], failed: 0, descriptors: [] };
    const opened = [];
    for (const { sent, from } of attacks) {
      const kept = new Agent({ keepAlive: true, maxSockets: 1, localAddress: from });
      scope.defer(() => kept.destroy());
      const fresh = new Agent({ localAddress: from });
      await ping(node.url, keys[0], { agent: kept });
      const attack = startAttack(node.url, sent);
      scope.defer(() => attack.end());
      await until("the connections are taken", open, ({ status }) => status > 150);
      for (const end = performance.now() + (seconds / attacks.length) * 1000; performance.now() < end; await pause(5)) {
        const key = keys[seen.fresh.length % keys.length];
        for (const [which, agent] of [["kept", kept], ["fresh", fresh]]) {
          const { status, took } = await ping(node.url, key, { agent });
          seen[which].push(took);
          seen.failed += status === 200 ? 0 : 1;
        }
        seen.descriptors.push(open().status);
      }
      opened.push(attack.opened());
      await attack.end();
    }
    const answered = await gateway.end();
    return {
      rounds: seen.kept.length + seen.fresh.length + answered.calls,
      figures: [
        `${idle} connections, opened ${opened.map((count) => count.toLocaleString("en")).join(", ")} times; the server had ${quantile(seen.descriptors, 0.5)} descriptors in the median`,
        times("pings on a connection that is kept", seen.kept),
        times("on a new one", seen.fresh),
        `${answered.calls.toLocaleString("en")} by a gateway on ${answered.connections} connections`,
      ],
      lost: seen.failed + answered.failed,
      promises: [
        { what: "all valid calls are answered with 200", kept: seen.failed + answered.failed === 0 },
        { what: "on a kept connection at the 99th percentile within 100 ms", kept: quantile(seen.kept, 0.99) < 100 },
        { what: "on a new one within 1 s", kept: quantile(seen.fresh, 0.99) < 1000 },
        { what: "no connection of the gateway is closed", kept: answered.connections === gatewayConnections },
        { what: "the idle connections were there, and were closed", kept: opened.every((count) => count > 2 * idle) },
      ],
    };
  });
}

/** Keeps idle connections open and sends the same text on each. */
function startAttack(url, sent) {
  const { hostname, port } = new URL(url);
  const sockets = new Set();
  let going = true;
  let opened = 0;
  const open = () => {
    if (!going) return;
    opened++;
    const socket = connect(Number(port), hostname, () => socket.write(sent));
    sockets.add(socket);
    // Reading the answer makes the end of the connection visible.
    socket.resume();
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      setTimeout(open, 1);
    });
  };
  for (let count = 0; count < idle; count++) open();
  return {
    opened: () => opened,
    async end() {
      going = false;
      for (const socket of sockets) socket.destroy();
      await waitFor("the idle connections to close", () => sockets.size === 0);
    },
  };
}

/** Starts a gateway at another address. It keeps its connections and uses all of them every half second. */
function startGateway(url, keys) {
  const agent = new Agent({ keepAlive: true, maxSockets: gatewayConnections, maxFreeSockets: gatewayConnections, localAddress: "127.0.0.2" });
  const connections = new Set();
  const create = agent.createConnection;
  agent.createConnection = (...args) => {
    const socket = create.apply(agent, args);
    connections.add(socket);
    return socket;
  };
  let going = true;
  let calls = 0;
  let failed = 0;
  const loop = (async () => {
    while (going) {
      const answers = await Promise.all(Array.from({ length: gatewayConnections }, (_, index) => ping(url, keys[index % keys.length], { agent })));
      calls += answers.length;
      failed += answers.filter(({ status }) => status !== 200).length;
      await pause(500);
    }
  })();
  return {
    async end() {
      going = false;
      await loop;
      agent.destroy();
      return { calls, failed, connections: connections.size };
    },
  };
}
