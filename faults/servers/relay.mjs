import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { startProgram } from "./program.mjs";
import { freePort } from "./postgres.mjs";

/** A relay of TCP connections in a process of its own: stopped by SIGSTOP, it is a network that has gone silent. */
export async function startRelay(scope, to) {
  const port = await freePort();
  const relay = startProgram(process.execPath, [fileURLToPath(import.meta.url), String(port), String(to)]);
  scope.defer(() => relay.end("SIGKILL"));
  while (!relay.log.includes("relays")) {
    if (relay.hasEnded()) throw new Error(`the relay has ended: ${relay.log}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { port, silence: () => relay.signal("SIGSTOP"), resume: () => relay.signal("SIGCONT") };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port, to] = process.argv.slice(2).map(Number);
  const server = createServer((client) => {
    const upstream = connect(to, "127.0.0.1");
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [[client, upstream], [upstream, client]]) {
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    }
  });
  server.listen(port, "127.0.0.1", () => console.log("relays"));
}
