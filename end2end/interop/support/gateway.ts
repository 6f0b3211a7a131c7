import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { send } from "./api.ts";

const configurations = join(import.meta.dirname, "../../../deploy/gateways");

/** The folders of `deploy/gateways`: a configuration each. */
export const gateways = readdirSync(configurations, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The document of all of them. */
export const gatewaysDocument = join(configurations, "README.md");

/** Where the configurations listen, and where they find Latchkey and the API. */
export const documented = { gateway: ":8080", latchkey: "127.0.0.1:3000", api: "127.0.0.1:8000" };

export interface Setup {
  /** The folder of its configuration. */
  name: string;
  /** Which of its configurations it runs with: its document has a command for each, in this order. */
  variant: "server" | "default-deny";
  /** Whether the program is the distribution's, and not the newest one. */
  distribution?: boolean;
  /** A location that is added to nginx's server. */
  location?: string;
  /** Whether the lines are uncommented that let browsers' preflights through. */
  preflights: boolean;
  latchkey: string;
  api: string;
}

/** A gateway that runs with the configuration of `deploy/gateways`, but for its addresses, by its document's command. */
export class Gateway {
  readonly host: string;
  #log = "";
  readonly #folder = mkdtempSync(join(tmpdir(), "gateway-"));
  #process: ChildProcess | undefined;

  private constructor(
    readonly setup: Setup,
    port: number,
  ) {
    this.host = `127.0.0.1:${port}`;
  }

  static async start(setup: Setup): Promise<Gateway> {
    const gateway = new Gateway(setup, await freePort());
    gateway.#configure(new URL(setup.latchkey).host, setup.api);
    await gateway.#spawn();
    return gateway;
  }

  get #port(): number {
    return Number(this.host.split(":")[1]);
  }

  #configure(latchkey: string, api: string): void {
    cpSync(join(configurations, this.setup.name), this.#folder, { recursive: true });
    const changes = [
      [documented.gateway, `:${this.#port}`],
      ["listen 8080;", `listen ${this.#port};`],
      ["port_value: 8080", `port_value: ${this.#port}`],
      [documented.latchkey, latchkey],
      ["address: 127.0.0.1, port_value: 3000", `address: 127.0.0.1, port_value: ${latchkey.split(":")[1]}`],
      [documented.api, api],
      ["address: 127.0.0.1, port_value: 8000", `address: 127.0.0.1, port_value: ${api.split(":")[1]}`],
    ] as const;
    for (const entry of readdirSync(this.#folder, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(this.#folder, entry.name);
      const text = readFileSync(path, "utf8");
      let configured = changes.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
      const { location } = this.setup;
      if (location && entry.name === "server.conf") configured = configured.replace(/\}\n$/, `${location}\n}\n`);
      writeFileSync(path, this.setup.preflights ? uncommented(configured) : configured);
    }
  }

  async #spawn(): Promise<void> {
    const document = readFileSync(join(this.#folder, "README.md"), "utf8");
    const commands = [...document.matchAll(/```sh start\n([^]*?)\n```/g)].map(([, command]) => command);
    const command = commands[this.setup.variant === "server" ? 0 : 1];
    if (!command) throw new Error(`the document of ${this.setup.name} does not say how it is started`);
    const newest = this.setup.distribution ? "" : `${process.env.GATEWAYS}/bin:`;
    const env = { PATH: `${newest}${process.env.PATH}:/usr/sbin`, HOME: this.#folder };
    const child = spawn("bash", ["-c", `exec ${command}`], { cwd: this.#folder, env });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (this.#log += text));
    const deadline = Date.now() + 20_000;
    while (!(await this.#asksLatchkey())) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${this.setup.name} does not ask: ${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Some listen before they have read all of their configuration. */
  #asksLatchkey(): Promise<boolean> {
    return send(this.host, { path: "/orders/7" }).then(({ status }) => status === 401, () => false);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child && child.exitCode === null) {
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGTERM");
      const tooLong = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(tooLong);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A configuration with the lines uncommented that follow "Uncomment the next line". */
function uncommented(text: string): string {
  return text.replace(/(Uncomment the next lines?\b.*\n)((?:[ \t]*# .*\n)+)/g, (_, comment: string, lines: string) => {
    return comment + lines.replace(/^([ \t]*)# /gm, "$1");
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
