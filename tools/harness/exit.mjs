/**
 * What is done when this program exits, however it exits: servers are stopped that must not be killed, then every process
 * that still runs is killed, then folders are removed.
 */
const phases = { stop: new Set(), kill: new Set(), remove: new Set() };

process.on("exit", () => {
  for (const actions of Object.values(phases)) for (const action of actions) action();
});

/**
 * Registers an action for the exit of this program. Returns a function that takes it back.
 *
 * @param {keyof typeof phases} phase
 * @param {() => void} action  must be synchronous
 */
export function atExit(phase, action) {
  phases[phase].add(action);
  return () => void phases[phase].delete(action);
}

/** Makes the signals that would end this program at once run the actions of `atExit` first. */
export function exitOnSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
}
