import { ask } from "./http.mjs";
import { binary } from "./paths.mjs";
import { Program } from "./programs.mjs";

/** The administrator of a Latchkey that `administratorSettings` sets up. */
export const administrator = {
  organization: "Northwind",
  email: "ana@northwind.example",
  password: "copper-heron-lantern-47",
};

/** The settings that create an organization and its administrator at the first start. */
export const administratorSettings = {
  LATCHKEY_ORGANIZATION: administrator.organization,
  LATCHKEY_ADMIN_EMAIL: administrator.email,
  LATCHKEY_ADMIN_PASSWORD: administrator.password,
};

/** The environment of every Latchkey: no proxy waits for its end, and several run side by side. */
export const environment = { PATH: process.env.PATH, LATCHKEY_DRAIN: "0", LATCHKEY_METRICS_LISTEN: "off" };

/**
 * @typedef {object} Running
 * @property {string} url  where it listens, without a slash at the end
 * @property {string} folder  where it runs
 * @property {string | undefined} name  its node name, if it was given one
 * @property {number} readyIn  milliseconds from its start until it was ready
 */

/**
 * Starts a Latchkey, by default on a port that the system chooses, and returns when it is ready.
 *
 * @param {object} options
 * @param {string} options.folder  where it runs
 * @param {string} [options.listen]  the address and port
 * @param {readonly string[]} [options.command]  the binary, with the words of another program before it if that runs it
 * @param {NodeJS.ProcessEnv} [options.settings]  environment variables
 * @returns {Promise<Program & Running>}
 */
export async function startLatchkey({ folder, listen = "127.0.0.1:0", command = [binary], settings = {} }) {
  const before = performance.now();
  const [file = binary, ...words] = command;
  const program = new Program(file, [...words, "serve", "--listen", listen], { cwd: folder, env: { ...environment, ...settings } });
  const listens = () => program.stdout.match(/listens on (http:\S+)/)?.[1];
  try {
    const url = await program.waitUntil("Latchkey to listen", listens);
    await program.waitUntil("Latchkey to be ready", async () => (await ask(`${url}/readyz`, { within: 1000 })).status === 200);
    const name = settings.LATCHKEY_NODE_NAME;
    return Object.assign(program, { url, folder, name, readyIn: performance.now() - before });
  } catch (error) {
    await program.stop("SIGKILL");
    throw error;
  }
}
