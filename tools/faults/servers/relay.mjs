import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emptyFolder } from "../scratch.mjs";
import { startProgram } from "./program.mjs";
import { freePort } from "./postgres.mjs";

/** A relay of TCP connections in a process of its own: stopped by SIGSTOP, it is a network that has gone silent. */
export async function startRelay(scope, to) {
  const port = await freePort();
  const target = join(emptyFolder(), "target");
  writeFileSync(target, String(to));
  const relay = startProgram(process.execPath, [fileURLToPath(import.meta.url), String(port), target]);
  scope.defer(() => relay.end("SIGKILL"));
  while (!relay.log.includes("relays")) {
    if (relay.hasEnded()) throw new Error(`the relay has ended: ${relay.log}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  /** Leads to another port from now on, and ends the connections that there are. */
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
