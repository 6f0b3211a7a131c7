import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const running = new Set();

// However this program ends, what it has started ends with it: here, and by the signal that setpriv asks the kernel for.
process.on("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

/** Starts a program, in a group of its own so that the processes that it starts end with it. */
export function start(command, args, options = {}) {
  const guarded = ["--pdeathsig", "TERM", "--", command, ...args];
  const child = spawn("setpriv", guarded, { stdio: ["ignore", "pipe", "pipe"], detached: true, ...options });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8");
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Asks a program to end, and waits until it has. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const tooLong = setTimeout(() => signalGroup(child, "SIGKILL"), 15_000);
  await ended;
  clearTimeout(tooLong);
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Waits until a started program is ready, looking every few milliseconds. */
export async function ready(child, name, isReady) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const deadline = Date.now() + 60_000;
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${output}`);
    if (Date.now() > deadline) throw new Error(`${name} is not ready: ${output}`);
    await pause(2);
  }
}

/** Whether a server answers with success. */
export const answers = (url, headers) => fetch(url, { headers }).then((answer) => answer.ok, () => false);

/** A port that somebody else listens on would be measured in place of ours. */
export async function refuseTakenPort(port) {
  const taken = await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
    socket.once("connect", () => socket.end());
  });
  if (taken) throw new Error(`port ${port} is in use: end what listens there`);
}

/** The memory of a process that is in RAM, in MiB. */
export function memory(pid) {
  const kibibytes = readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1];
  return Number(kibibytes) / 1024;
}
