import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks several things again and again, each as soon as it has been answered, and notes what is answered when.
 * `questions` is an object of functions that ask. Returns a watch; its end returns the answers.
 */
export function watch(questions, pauseBetween = 10) {
  const answers = [];
  let watching = true;
  const loops = Object.entries(questions).map(async ([which, question]) => {
    while (watching) {
      const asked = performance.now();
      const { status, headers, body } = await question();
      answers.push({ which, status, asked, answered: performance.now(), retryAfter: headers["retry-after"], body });
      await pause(pauseBetween);
    }
  });
  return {
    answers,
    async end() {
      watching = false;
      await Promise.all(loops);
      return answers;
    },
  };
}

/** Asks until the answer is as wanted; returns the milliseconds that it took. */
export async function until(what, question, isWanted, within = 20_000) {
  const before = performance.now();
  for (;;) {
    const answer = await question();
    if (isWanted(answer)) return performance.now() - before;
    if (performance.now() - before > within) throw new Error(`not within ${within / 1000} s: ${what}, but ${answer.status} ${answer.body}`);
    await pause(10);
  }
}
