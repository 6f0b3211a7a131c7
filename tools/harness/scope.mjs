/** @typedef {{ defer(action: () => unknown): void }} Scope */

/**
 * Runs a function that may register actions with its scope, and runs these actions afterwards, the latest first, whether
 * the function has succeeded or failed. What a killed run leaves behind is ended by `exit.mjs`.
 *
 * @template T
 * @param {(scope: Scope) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function inScope(run) {
  /** @type {(() => unknown)[]} */
  const actions = [];
  try {
    return await run({ defer: (action) => void actions.push(action) });
  } finally {
    for (const action of actions.reverse()) await action();
  }
}
