import { randomBytes } from "node:crypto";
import { administratorSettings, startLatchkey } from "../../harness/latchkey.mjs";
import { emptyFolder } from "../folders.mjs";

/** What all nodes have in common. */
const shared = {
  ...administratorSettings,
  LATCHKEY_PUBLIC_URL: "http://latchkey.example",
  LATCHKEY_SEALING_KEY: randomBytes(32).toString("base64"),
};

/** Starts a node and returns when it is ready. Its settings name the database; without one it uses SQLite in its folder. */
export function startNode({ folder = emptyFolder(), listen, command, ...settings } = {}) {
  return startLatchkey({ folder, listen, command, settings: { ...shared, ...settings } });
}

/** Starts so many nodes on one PostgreSQL, all at once, and stops them at the end of the scope. */
export async function startNodes(scope, count, database, settings = {}) {
  const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`);
  const start = (name) => startNode({ LATCHKEY_DATABASE: database, LATCHKEY_NODE_NAME: name, ...settings });
  const nodes = await Promise.all(names.map(start));
  for (const node of nodes) scope.defer(() => node.stop("SIGKILL"));
  return nodes;
}
