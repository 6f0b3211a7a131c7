import { setTimeout as pause } from "node:timers/promises";

/**
 * Polls a condition until it returns a value other than `undefined` and `false`, and returns that value. Throws when the
 * deadline has passed, with a message that names what was waited for. A condition that throws ends the wait at once.
 *
 * @template T
 * @param {string} what  what is waited for, such as "HAProxy to answer"
 * @param {() => T | undefined | false | Promise<T | undefined | false>} condition
 * @param {{ within?: number, every?: number, details?: () => string }} [options]  the deadline and the time between two
 *   polls, in milliseconds; and what the message says beyond `what`
 * @returns {Promise<T>}
 */
export async function waitFor(what, condition, { within = 20_000, every = 10, details } = {}) {
  const deadline = performance.now() + within;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(timedOut(what, within, details));
    await pause(every);
  }
}

/**
 * Returns what a promise resolves to. Throws when the deadline passes first, with a message that names what was waited for.
 *
 * @template T
 * @param {string} what
 * @param {Promise<T>} promise
 * @param {{ within?: number, details?: () => string }} [options]  the deadline in milliseconds
 * @returns {Promise<T>}
 */
export function withDeadline(what, promise, { within = 20_000, details } = {}) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(timedOut(what, within, details))), within);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** @type {(what: string, within: number, details?: () => string) => string} */
function timedOut(what, within, details) {
  return `waited ${within / 1000} s for ${what}${details ? `: ${details()}` : ""}`;
}
