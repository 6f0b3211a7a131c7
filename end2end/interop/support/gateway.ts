import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../tools/harness/ports.mjs";
import { Program } from "../../../tools/harness/programs.mjs";
import { removeFolder, temporaryFolder } from "../../../tools/harness/scratch.mjs";
import { send } from "./api.ts";

const configurations = join(import.meta.dirname, "../../../deploy/gateways");

/** The folders of `deploy/gateways`; each holds a configuration. */
export const gateways = readdirSync(configurations, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The document about all gateways. */
export const gatewaysDocument = join(configurations, "README.md");

/** Where the configurations listen, and where they find Latchkey and the API. */
export const documented = { gateway: ":8080", latchkey: "127.0.0.1:3000", api: "127.0.0.1:8000" };

export interface Setup {
  /** The folder of its configuration. */
  name: string;
  /** Which configuration it runs with. Its document has a command for each, in this order. */
  variant: "server" | "default-deny";
  /** Whether to run the program of the distribution instead of the newest one. */
  distribution?: boolean;
  /** A location that is added to nginx's server. */
  location?: string;
  /** Whether to uncomment the lines that let browsers' preflights through. */
  preflights: boolean;
  latchkey: string;
  api: string;
}

/** A gateway that runs with a configuration of `deploy/gateways`, with other addresses, by the command in its document. */
export class Gateway {
  readonly host: string;
  readonly #folder = temporaryFolder(tmpdir(), "gateway-");
  #program: Program | undefined;

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
    if (!command) throw new Error(`the document of ${this.setup.name} has no command that starts it`);
    const newest = this.setup.distribution ? "" : `${process.env.GATEWAYS}/bin:`;
    const env = { PATH: `${newest}${process.env.PATH}:/usr/sbin`, HOME: this.#folder };
    this.#program = new Program("bash", ["-c", `exec ${command}`], { cwd: this.#folder, env });
    await this.#program.waitUntil(`${this.setup.name} to ask Latchkey`, () => this.#asksLatchkey(), 20_000);
  }

  /** Whether the gateway asks Latchkey: some listen before they have read their whole configuration. */
  #asksLatchkey(): Promise<boolean> {
    return send(this.host, { path: "/orders/7" }).then(({ status }) => status === 401, () => false);
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
    removeFolder(this.#folder);
  }
}

/** Uncomments the lines of a configuration that follow "Uncomment the next line". */
function uncommented(text: string): string {
  return text.replace(/(Uncomment the next lines?\b.*\n)((?:[ \t]*# .*\n)+)/g, (_, comment: string, lines: string) => {
    return comment + lines.replace(/^([ \t]*)# /gm, "$1");
  });
}
