import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../load/watch.mjs";
import { ask } from "../http.mjs";
import { emptyFolder, repository } from "../scratch.mjs";
import { freePort } from "./postgres.mjs";
import { startProgram } from "./program.mjs";

/** HAProxy as deploy/compose configures it, with nodes on loopback in place of containers. */
export async function startHaproxy(scope, nodes) {
  const port = await freePort();
  const file = join(emptyFolder(), "haproxy.cfg");
  writeFileSync(file, configuration(port, nodes));
  const haproxy = startProgram("haproxy", ["-db", "-f", file]);
  scope.defer(() => haproxy.end("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  const isUp = () => (haproxy.hasEnded() ? Promise.reject(new Error(`HAProxy has ended: ${haproxy.log}`)) : ask(`${url}/readyz`));
  await until("HAProxy answers", isUp, ({ status }) => status === 200);
  return { url, haproxy };
}

function configuration(port, nodes) {
  const shipped = readFileSync(join(repository, "deploy/compose/haproxy.cfg"), "utf8");
  const servers = nodes.map(({ name, url }) => `  server ${name} ${new URL(url).host}\n`).join("");
  const ours = shipped.replace(/bind \S+/, `bind 127.0.0.1:${port}`).replace(/( {2}server \S+ \S+\n)+/, servers);
  if (!ours.includes(`127.0.0.1:${port}`) || !ours.includes(servers)) throw new Error("deploy/compose/haproxy.cfg has another form");
  return ours;
}
