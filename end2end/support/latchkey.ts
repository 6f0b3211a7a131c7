import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The binary under test. */
export const binary = process.env.LATCHKEY_BINARY ?? join(repository, "target/release/latchkey");

/** The administrator of a server that was started unattended. */
export const administrator = {
  organization: "Northwind",
  email: "ana@northwind.example",
  password: "copper-heron-lantern-47",
};

/** A release binary with a folder of its own, on a port that the system chose. */
export class Latchkey {
  /** Where it is reached, without a slash at the end. */
  url = "";
  /** What it has printed to standard output. */
  output = "";
  /** What it has logged. */
  log = "";
  /** What must never stand in the database or in a log. */
  readonly secrets = new Set<string>();
  readonly folder = mkdtempSync(join(tmpdir(), "latchkey-"));
  #process: ChildProcess | undefined;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(environment: NodeJS.ProcessEnv) {
    // No proxy waits for it to end, and several run beside each other.
    const alone = { LATCHKEY_DRAIN: "0", LATCHKEY_METRICS_LISTEN: "off" };
    this.#environment = { PATH: process.env.PATH, ...alone, ...environment };
  }

  /** Starts one whose administrator is made from the environment. */
  static async withAdministrator(environment: NodeJS.ProcessEnv = {}): Promise<Latchkey> {
    const latchkey = new Latchkey({
      LATCHKEY_ORGANIZATION: administrator.organization,
      LATCHKEY_ADMIN_EMAIL: administrator.email,
      LATCHKEY_ADMIN_PASSWORD: administrator.password,
      ...environment,
    });
    latchkey.secrets.add(administrator.password);
    await latchkey.start();
    return latchkey;
  }

  /** Starts one that nobody has set up. */
  static async fresh(environment: NodeJS.ProcessEnv = {}): Promise<Latchkey> {
    const latchkey = new Latchkey(environment);
    await latchkey.start();
    return latchkey;
  }

  /** Starts it again on the address that it had before, if it had one. */
  async start(): Promise<void> {
    try {
      await this.#spawn();
      await this.#ready();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #spawn(): Promise<void> {
    const listen = this.url ? new URL(this.url).host : "127.0.0.1:0";
    const child = spawn(binary, ["serve", "--listen", listen], { cwd: this.folder, env: this.#environment });
    this.#process = child;
    child.stderr.on("data", (text) => (this.log += text));
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (text) => {
        this.output += text;
        const address = this.output.match(/listens on (http:\S+)/)?.[1];
        if (address) {
          this.url = address;
          resolve();
        }
      });
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`latchkey ended with ${code}: ${this.log}`)));
    });
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const isReady = await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false);
      if (isReady) return;
      if (Date.now() > deadline) throw new Error(`latchkey is not ready: ${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** The number of its process. */
  get pid(): number {
    const pid = this.#process?.pid;
    if (!pid) throw new Error("latchkey is not running");
    return pid;
  }

  /** The one-time link of the first start. */
  async setUpLink(): Promise<string> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const link = this.output.match(/http:\S+\/set-up#\S+/)?.[0];
      if (link) return link;
      if (Date.now() > deadline) throw new Error(`no set-up link was printed: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Runs another command of the binary on the same folder and returns what it printed. */
  command(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(binary, args, { cwd: this.folder, env: this.#environment, encoding: "utf8" });
  }

  /** Asks it to stop, and waits until it has. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const tooLong = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(tooLong);
  }

  /** The places in the folder and the log where a secret stands: there must be none. */
  leaks(): string[] {
    const places: [string, string][] = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(this.folder, path), readFileSync(path, "latin1")]);
    places.push(["the log", this.log]);
    return places.filter(([, text]) => [...this.secrets].some((secret) => text.includes(secret))).map(([place]) => place);
  }

  /** Removes its folder. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
