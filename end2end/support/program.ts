import { runProgram } from "../../tools/harness/programs.mjs";

/** Runs a file with a program. The program sees the path, the home folder and the variables of `environment`. */
export function program(name: string, path: string, environment: NodeJS.ProcessEnv): Promise<{ status: number | null; output: string }> {
  return runProgram(name, [path], { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment } });
}
