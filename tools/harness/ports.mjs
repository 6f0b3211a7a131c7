import { connect, createServer } from "node:net";

/**
 * Returns a loopback port that no program listens on now.
 *
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("a TCP server has no port"));
      server.close(() => resolve(address.port));
    });
  });
}

/**
 * Throws if a program listens on a loopback port: it would be measured in place of the one that is started there.
 *
 * @param {number} port
 */
export async function refuseTakenPort(port) {
  const isTaken = await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
  if (isTaken) throw new Error(`port ${port} is in use: stop the program that listens there`);
}
