import { Program } from "../../tools/harness/programs.mjs";

/** How long one block of commands may take, in milliseconds. */
const RUNS_WITHIN = 120_000;

/** A bash that keeps its variables from one block of commands to the next, as a person's does. */
export class Shell {
  readonly #bash: Program;

  constructor(
    readonly folder: string,
    environment: NodeJS.ProcessEnv,
  ) {
    const env = { PATH: process.env.PATH, HOME: folder, LANG: "C.UTF-8", ...environment };
    this.#bash = new Program("bash", ["--noprofile", "--norc"], { cwd: folder, env, stdin: true });
    this.#bash.write("exec 2>&1\nset -E -o pipefail\ntrap '_failed=$?' ERR\n");
  }

  /** Runs commands and returns what they printed, and the status of the last one that failed, or 0. */
  async run(commands: string): Promise<{ output: string; status: number }> {
    const start = this.#bash.stdout.length;
    this.#bash.write(`unset _failed\n${commands}\nprintf '\\037%s\\n' "\${_failed:-0}"\n`);
    const finished = () => {
      const output = this.#bash.stdout.slice(start);
      const end = output.match(/\x1f(\d+)\n/);
      return end ? { output: output.slice(0, end.index), status: Number(end[1]) } : undefined;
    };
    return this.#bash.waitUntil("the commands to finish", finished, RUNS_WITHIN);
  }

  end(): void {
    this.#bash.signal("SIGTERM");
  }
}
