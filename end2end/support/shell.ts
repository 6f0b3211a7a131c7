import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/** A bash that keeps its variables from one block of commands to the next, as a person's does. */
export class Shell {
  readonly #bash: ChildProcessWithoutNullStreams;
  #output = "";

  constructor(
    readonly folder: string,
    environment: NodeJS.ProcessEnv,
  ) {
    const env = { PATH: process.env.PATH, HOME: folder, LANG: "C.UTF-8", ...environment };
    this.#bash = spawn("bash", ["--noprofile", "--norc"], { cwd: folder, env });
    this.#bash.stdout.setEncoding("utf8").on("data", (text) => (this.#output += text));
    this.#bash.stdin.write("exec 2>&1\nset -E -o pipefail\ntrap '_failed=$?' ERR\n");
  }

  /** Runs commands, and returns what they printed, and the status of the last of them that failed, or 0. */
  async run(commands: string): Promise<{ output: string; status: number }> {
    this.#output = "";
    this.#bash.stdin.write(`unset _failed\n${commands}\nprintf '\\037%s\\n' "\${_failed:-0}"\n`);
    for (;;) {
      const end = this.#output.match(/\x1f(\d+)\n/);
      if (end) return { output: this.#output.slice(0, end.index), status: Number(end[1]) };
      if (this.#bash.exitCode !== null) throw new Error(`the shell has ended: ${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  end(): void {
    this.#bash.stdin.end();
    this.#bash.kill();
  }
}
