import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const documents = join(import.meta.dirname, "../../../docs");

/** The programs of a document, by the names that stand beside the languages of their blocks. */
export function programsOf(document: string): Map<string, string> {
  const text = readFileSync(join(documents, document), "utf8");
  const blocks = text.matchAll(/^```(?:js|python) (\S+)\n([^]*?)^```$/gm);
  return new Map([...blocks].map(([, name = "", program = ""]) => [name, program]));
}

/** How a program is run: Python's in an environment of their own, the others by this Node. */
export function interpreterOf(file: string): string {
  return file.endsWith(".py") ? join(process.env.OAUTH_PYTHON ?? "", "bin/python") : process.execPath;
}

/** Runs a program to its end. It sees the path and these variables alone. */
export async function run(file: string, variables: Record<string, string>): Promise<{ status: number | null; output: string }> {
  const child = spawn(interpreterOf(file), [file], { env: { PATH: process.env.PATH, ...variables } });
  const output = outputOf(child);
  const tooLong = setTimeout(() => child.kill("SIGKILL"), 45_000);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearTimeout(tooLong);
  return { status, output: output() };
}

/** A server that runs until it is stopped. */
export class RunningServer {
  private constructor(
    readonly url: string,
    readonly output: () => string,
    readonly child: ChildProcess,
  ) {}

  /** Starts a program, and waits until its address answers. */
  static async start(file: string, url: string, variables: Record<string, string>): Promise<RunningServer> {
    const child = spawn(interpreterOf(file), [file], { env: { PATH: process.env.PATH, ...variables } });
    const server = new RunningServer(url, outputOf(child), child);
    const deadline = Date.now() + 30_000;
    while (!(await fetch(url).then(() => true, () => false))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${file} does not answer: ${server.output()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return server;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => this.child.once("exit", () => resolve()));
    this.child.kill("SIGKILL");
    await ended;
  }
}

function outputOf(child: ChildProcess): () => string {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  return () => output;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
