import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../harness/ports.mjs";
import { Program } from "../../harness/programs.mjs";
import { emptyFolder } from "../folders.mjs";

/** Starts a relay of TCP connections as a separate process: stopped by SIGSTOP, it acts as a network that has gone silent. */
export async function startRelay(scope, to) {
  const port = await freePort();
  const target = join(emptyFolder(), "target");
  writeFileSync(target, String(to));
  const relay = new Program(process.execPath, [fileURLToPath(import.meta.url), String(port), target]);
  scope.defer(() => relay.stop("SIGKILL"));
  await relay.waitUntil("the relay to listen", () => relay.stdout.includes("relays"), 20_000);
  /** Relays to another port from now on, and ends the open connections. */
  const redirect = (port) => {
    writeFileSync(target, String(port));
    relay.signal("SIGUSR2");
  };
  return { port, silence: () => relay.signal("SIGSTOP"), resume: () => relay.signal("SIGCONT"), redirect };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port, target] = process.argv.slice(2);
  const clients = new Set();
  process.on("SIGUSR2", () => clients.forEach((client) => client.destroy()));
  const server = createServer((client) => {
    clients.add(client);
    client.on("close", () => clients.delete(client));
    const upstream = connect(Number(readFileSync(target, "utf8")), "127.0.0.1");
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [[client, upstream], [upstream, client]]) {
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    }
  });
  server.listen(Number(port), "127.0.0.1", () => console.log("relays"));
}
