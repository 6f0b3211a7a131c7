import { once } from "node:events";
import { start } from "../../bench/servers/process.mjs";

const logKept = 20_000_000;

/** Starts a program that can be stopped and killed, and whose latest output can be read. */
export function startProgram(command, args, options) {
  const child = start(command, args, options);
  const program = { child, pid: child.pid, log: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => (program.log = (program.log + text).slice(-logKept)));
  }
  /** Settles when the program has ended. */
  program.ended = once(child, "exit");
  program.hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  /** Sends a signal to the program alone. */
  program.signal = (signal) => child.kill(signal);
  /** Sends a signal, and waits until the program has ended. Returns the milliseconds that it took. */
  program.end = async (signal) => {
    const before = performance.now();
    if (program.hasEnded()) return 0;
    // One that is stopped hears nothing else.
    if (signal !== "SIGKILL") child.kill("SIGCONT");
    child.kill(signal);
    const tooLong = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await program.ended;
    clearTimeout(tooLong);
    return performance.now() - before;
  };
  return program;
}
