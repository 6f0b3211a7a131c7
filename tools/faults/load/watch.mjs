import { setTimeout as pause } from "node:timers/promises";
import { waitFor } from "../../harness/wait.mjs";

/**
 * Asks several questions again and again, each as soon as it has been answered, and records the answers with their times.
 * `questions` is an object of functions that send a request. Returns a watch: `allAnswered` waits until every question that is
 * asked from now on has been answered once, and `end` returns the answers.
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
    async allAnswered() {
      const start = performance.now();
      const isAnswered = (name) => answers.findLast(({ which }) => which === name)?.asked > start;
      await waitFor("an answer to every question", () => Object.keys(questions).every(isAnswered), { every: 20 });
    },
    async end() {
      watching = false;
      await Promise.all(loops);
      return answers;
    },
  };
}

/** Asks until the answer is as wanted, and returns the milliseconds that it took. Throws at the deadline, in milliseconds. */
export async function until(what, question, isWanted, within = 20_000) {
  const before = performance.now();
  let answer;
  const details = () => `the last answer was ${answer.status} ${answer.body}`;
  await waitFor(`"${what}"`, async () => isWanted((answer = await question())), { within, details });
  return performance.now() - before;
}
