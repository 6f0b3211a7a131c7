import { exitOnSignals } from "../../harness/exit.mjs";
import { measurements } from "./of-the-server.mjs";

/**
 * A program that measures what its parent asks for, with the one release that its environment names. It ends with its parent.
 */

exitOnSignals();

/** The figures of others, which a comparison of two releases has no use for; and a share that is the same or a fault. */
const isOfOthers = (figure) => /nginx|better-auth|oidc-provider|commits of|answered 200|^memory after|^flood$/.test(figure);

process.on("message", async ({ index, seconds }) => {
  const { measure, figures } = measurements[index];
  const own = figures.filter((figure) => !isOfOthers(figure));
  try {
    const measured = await measure(new Set(own), { rounds: 1, seconds });
    process.send(Object.fromEntries(own.filter((figure) => figure in measured).map((figure) => [figure, measured[figure]])));
  } catch (error) {
    process.send({ error: String(error.stack) });
  }
});
process.on("disconnect", () => process.exit());
