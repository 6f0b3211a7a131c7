import { spawn } from "node:child_process";

/** What became of a program. */
export interface Ended {
  status: number | null;
  output: string;
}

/** Runs a file with a program, and with the variables of `environment` alone beside the path. */
export function program(name: string, path: string, environment: NodeJS.ProcessEnv): Promise<Ended> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
  const child = spawn(name, [path], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, output }));
  });
}
