import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { atExit } from "./exit.mjs";
import { waitFor, withDeadline } from "./wait.mjs";

/** How many characters of each output stream are kept: the latest ones. */
const outputKept = 20_000_000;

/** How long a program may take to stop before it is killed, in milliseconds. */
const stopsWithin = 15_000;

/** On Linux the kernel ends a program when this process dies, even by SIGKILL, where no exit action runs. */
const guard = process.platform === "linux" ? ["setpriv", "--pdeathsig", "TERM", "--"] : [];

/**
 * @typedef {object} ProgramOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [stdin]  whether `write` will be used
 */

/** A running program whose output is kept. It leads a process group, so that the processes that it starts end with it. */
export class Program {
  stdout = "";
  stderr = "";
  #child;
  #hasFailed = false;
  /** Resolves when the program has exited. */
  exited;
  /** Resolves when the program has exited and all of its output has been read. */
  closed;

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {ProgramOptions} [options]
   */
  constructor(command, args, { stdin = false, ...options } = {}) {
    this.command = command;
    const [file = command, ...words] = [...guard, command, ...args];
    const child = spawn(file, words, { ...options, stdio: [stdin ? "pipe" : "ignore", "pipe", "pipe"], detached: true });
    this.#child = child;
    child.stdout?.setEncoding("utf8").on("data", (text) => (this.stdout = (this.stdout + text).slice(-outputKept)));
    child.stderr?.setEncoding("utf8").on("data", (text) => (this.stderr = (this.stderr + text).slice(-outputKept)));
    const forget = atExit("kill", () => this.#signalGroup("SIGKILL"));
    child.once("error", (error) => {
      this.#hasFailed = true;
      this.stderr += error.message;
    });
    /** @param {"exit" | "close"} event */
    const event = (event) => new Promise((/** @type {(value: void) => void} */ resolve) => {
      child.once(event, () => resolve()).once("error", () => resolve());
    });
    this.exited = event("exit").finally(forget);
    this.closed = event("close");
  }

  get pid() {
    if (this.#child.pid === undefined) throw new Error(`${this.command} did not start: ${this.stderr}`);
    return this.#child.pid;
  }

  /** What it has printed to both streams. */
  get output() {
    return this.stdout + this.stderr;
  }

  get hasExited() {
    return this.#hasFailed || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The exit status, or `null` while it runs and after a signal has ended it. */
  get status() {
    return this.#child.exitCode;
  }

  /**
   * Writes to the program's standard input.
   *
   * @param {string} text
   */
  write(text) {
    this.#child.stdin?.write(text);
  }

  /**
   * Sends a signal to the program alone.
   *
   * @param {NodeJS.Signals} signal
   */
  signal(signal) {
    this.#child.kill(signal);
  }

  /**
   * Sends a signal and waits until the program has exited; kills its process group if that takes too long. Returns the
   * milliseconds that it took.
   *
   * @param {NodeJS.Signals} [signal]
   */
  async stop(signal = "SIGTERM") {
    const before = performance.now();
    if (this.hasExited) return 0;
    // A process that SIGSTOP has stopped does not see other signals.
    if (signal !== "SIGKILL") this.signal("SIGCONT");
    this.signal(signal);
    const tooLong = setTimeout(() => this.#signalGroup("SIGKILL"), stopsWithin);
    try {
      await withDeadline(`${this.command} to exit`, this.exited, { within: stopsWithin + 5_000 });
    } finally {
      clearTimeout(tooLong);
    }
    return performance.now() - before;
  }

  /**
   * Waits until the program is ready, polling every few milliseconds. Throws, with the program's output, if it exits first.
   *
   * @template T
   * @param {string} what
   * @param {() => T | undefined | false | Promise<T | undefined | false>} condition
   * @param {number} [within]  in milliseconds
   * @returns {Promise<T>}
   */
  waitUntil(what, condition, within = 60_000) {
    const whileRunning = async () => {
      const hadExited = this.hasExited;
      const value = await condition();
      if (hadExited && (value === undefined || value === false)) {
        await withDeadline("the last output", this.closed, { within: 1000 }).catch(() => {});
        throw new Error(`${this.command} exited with ${this.status} while waiting for ${what}: ${this.output}`);
      }
      return value;
    };
    return waitFor(what, whileRunning, { within, every: 2, details: () => this.output });
  }

  /** @param {NodeJS.Signals} signal */
  #signalGroup(signal) {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
    } catch {
      // It has exited in the meantime.
    }
  }
}

/**
 * Runs a program to its end and returns its exit status and its output. Kills it, and throws, at the deadline.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ProgramOptions & { within?: number }} [options]  the deadline in milliseconds
 * @returns {Promise<{ status: number | null, stdout: string, output: string }>}
 */
export async function runProgram(command, args, { within = 60_000, ...options } = {}) {
  const program = new Program(command, args, options);
  try {
    await withDeadline(`${command} to finish`, program.closed, { within, details: () => program.output });
  } finally {
    await program.stop("SIGKILL");
  }
  return { status: program.status, stdout: program.stdout, output: program.output };
}

/**
 * The resident memory of a process in MiB.
 *
 * @param {number} pid
 */
export function memory(pid) {
  const kibibytes = readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1];
  return Number(kibibytes) / 1024;
}
