import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask } from "../../../tools/harness/http.mjs";
import { freePort } from "../../../tools/harness/ports.mjs";
import { Program, runProgram } from "../../../tools/harness/programs.mjs";

export { freePort };

const documents = join(import.meta.dirname, "../../../docs");

/** Reads the programs of a document, by the names that follow the languages of their blocks. */
export function programsOf(document: string): Map<string, string> {
  const text = readFileSync(join(documents, document), "utf8");
  const blocks = text.matchAll(/^```(?:js|python) (\S+)\n([^]*?)^```$/gm);
  return new Map([...blocks].map(([, name = "", program = ""]) => [name, program]));
}

/** The interpreter of a program: Python from its environment of pinned packages, or this Node. */
export function interpreterOf(file: string): string {
  return file.endsWith(".py") ? join(process.env.OAUTH_PYTHON ?? "", "bin/python") : process.execPath;
}

/** Runs a program to its end. It sees only the path and these variables. */
export function run(file: string, variables: Record<string, string>): Promise<{ status: number | null; output: string }> {
  return runProgram(interpreterOf(file), [file], { env: { PATH: process.env.PATH, ...variables }, within: 45_000 })
    .then(({ status, output }) => ({ status, output }));
}

/** A server that runs until it is stopped. */
export class RunningServer {
  private constructor(readonly program: Program) {}

  /** Starts a program and waits until its address answers. */
  static async start(file: string, url: string, variables: Record<string, string>): Promise<RunningServer> {
    const program = new Program(interpreterOf(file), [file], { env: { PATH: process.env.PATH, ...variables } });
    await program.waitUntil(`${file} to answer`, async () => (await ask(url)).status !== 0, 30_000);
    return new RunningServer(program);
  }

  async stop(): Promise<void> {
    await this.program.stop("SIGKILL");
  }
}
