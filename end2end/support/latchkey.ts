import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { administrator, administratorSettings, environment, startLatchkey } from "../../tools/harness/latchkey.mjs";
import { binary } from "../../tools/harness/paths.mjs";
import type { Program } from "../../tools/harness/programs.mjs";
import { removeFolder, temporaryFolder } from "../../tools/harness/scratch.mjs";
import { waitFor } from "../../tools/harness/wait.mjs";

export { administrator, binary };

/** A release binary that runs in a temporary folder, on a port that the system chooses. */
export class Latchkey {
  /** Where it listens, without a slash at the end. */
  url = "";
  /** What must never be in the database or in a log. */
  readonly secrets = new Set<string>();
  readonly folder = temporaryFolder(tmpdir(), "latchkey-");
  /** The process that was started last, and the ones before it. */
  readonly #programs: Program[] = [];
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(settings: NodeJS.ProcessEnv) {
    this.#environment = { ...environment, ...settings };
  }

  /** Starts a server whose administrator is created from its settings. */
  static async withAdministrator(settings: NodeJS.ProcessEnv = {}): Promise<Latchkey> {
    const latchkey = new Latchkey({ ...administratorSettings, ...settings });
    latchkey.secrets.add(administrator.password);
    await latchkey.start();
    return latchkey;
  }

  /** Starts a server that has not been set up. */
  static async fresh(settings: NodeJS.ProcessEnv = {}): Promise<Latchkey> {
    const latchkey = new Latchkey(settings);
    await latchkey.start();
    return latchkey;
  }

  /** Starts the server; after a stop, on the same address again. */
  async start(): Promise<void> {
    const listen = this.url ? new URL(this.url).host : undefined;
    const program = await startLatchkey({ folder: this.folder, listen, settings: this.#environment });
    this.#programs.unshift(program);
    this.url = program.url;
  }

  /** The process ID. */
  get pid(): number {
    const [program] = this.#programs;
    if (!program || program.hasExited) throw new Error("latchkey is not running");
    return program.pid;
  }

  /** What it has printed to standard output. */
  get output(): string {
    return this.#programs.map(({ stdout }) => stdout).reverse().join("");
  }

  /** What it has logged. */
  get log(): string {
    return this.#programs.map(({ stderr }) => stderr).reverse().join("");
  }

  /** The one-time link of the first start. */
  setUpLink(): Promise<string> {
    const link = () => this.output.match(/http:\S+\/set-up#\S+/)?.[0];
    return waitFor("the set-up link", link, { within: 10_000, details: () => this.output });
  }

  /** Runs another command of the binary on the same folder and returns what it printed. */
  command(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(binary, args, { cwd: this.folder, env: this.#environment, encoding: "utf8", timeout: 60_000 });
  }

  /** Stops the server and waits until it has exited. */
  async stop(): Promise<void> {
    await this.#programs[0]?.stop();
  }

  /** The files in the folder that contain a secret, and "the log" if it contains one. There must be none. */
  leaks(): string[] {
    const places: [string, string][] = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(this.folder, path), readFileSync(path, "latin1")]);
    places.push(["the log", this.log]);
    return places.filter(([, text]) => [...this.secrets].some((secret) => text.includes(secret))).map(([place]) => place);
  }

  /** Removes the folder. */
  remove(): void {
    removeFolder(this.folder);
  }
}
