import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask } from "../../harness/http.mjs";
import { repository } from "../../harness/paths.mjs";
import { freePort } from "../../harness/ports.mjs";
import { Program } from "../../harness/programs.mjs";
import { emptyFolder } from "../folders.mjs";

/** Starts HAProxy as deploy/compose configures it, with nodes on loopback in place of containers. */
export async function startHaproxy(scope, nodes) {
  const port = await freePort();
  const file = join(emptyFolder(), "haproxy.cfg");
  writeFileSync(file, configuration(port, nodes));
  const haproxy = new Program("haproxy", ["-db", "-f", file]);
  scope.defer(() => haproxy.stop("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  await haproxy.waitUntil("HAProxy to answer", async () => (await ask(`${url}/readyz`)).status === 200, 20_000);
  return { url, haproxy };
}

function configuration(port, nodes) {
  const shipped = readFileSync(join(repository, "deploy/compose/haproxy.cfg"), "utf8");
  const servers = nodes.map(({ name, url }) => `  server ${name} ${new URL(url).host}\n`).join("");
  const ours = shipped.replace(/bind \S+/, `bind 127.0.0.1:${port}`).replace(/( {2}server \S+ \S+\n)+/, servers);
  if (!ours.includes(`127.0.0.1:${port}`) || !ours.includes(servers)) throw new Error("deploy/compose/haproxy.cfg has another form");
  return ours;
}
