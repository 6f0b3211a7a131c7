import { randomBytes } from "node:crypto";
import { ready } from "../../bench/servers/process.mjs";
import { administrator, binary } from "../../bench/servers/latchkey.mjs";
import { ask } from "../http.mjs";
import { emptyFolder } from "../scratch.mjs";
import { startProgram } from "./program.mjs";

const environment = {
  PATH: process.env.PATH,
  LATCHKEY_PUBLIC_URL: "http://latchkey.example",
  LATCHKEY_SEALING_KEY: randomBytes(32).toString("base64"),
  LATCHKEY_METRICS_LISTEN: "off",
  LATCHKEY_DRAIN: "0",
  LATCHKEY_ORGANIZATION: "Northwind",
  LATCHKEY_ADMIN_EMAIL: administrator.email,
  LATCHKEY_ADMIN_PASSWORD: administrator.password,
};

/** Starts a node on a port that the system chooses; its settings say which database. Returns when it is ready. */
export async function startNode({ folder = emptyFolder(), listen = "127.0.0.1:0", command = [binary], ...settings } = {}) {
  const before = performance.now();
  const [program, ...args] = [...command, "serve", "--listen", listen];
  const node = startProgram(program, args, { cwd: folder, env: { ...environment, ...settings } });
  node.folder = folder;
  node.name = settings.LATCHKEY_NODE_NAME;
  await ready(node.child, "latchkey", async () => {
    node.url ??= node.log.match(/listens on (http:\S+)/)?.[1];
    return node.url !== undefined && (await ask(`${node.url}/readyz`, { within: 1000 })).status === 200;
  });
  node.readyIn = performance.now() - before;
  return node;
}

/** Starts so many nodes on one PostgreSQL, at once, and has them stopped at the end of the scope. */
export async function startNodes(scope, count, database, settings = {}) {
  const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`);
  const start = (name) => startNode({ LATCHKEY_DATABASE: database, LATCHKEY_NODE_NAME: name, ...settings });
  const nodes = await Promise.all(names.map(start));
  for (const node of nodes) scope.defer(() => node.end("SIGKILL"));
  return nodes;
}
