import { exitOnSignals } from "../../harness/exit.mjs";
import { measurements } from "./of-the-server.mjs";

/** A program that measures what its parent requests, with the release that its environment names. It exits with its parent. */

exitOnSignals();

/** Whether a figure is useless for a comparison of two releases: one of another product, or a share that a fault alone changes. */
const isUnrelated = (figure) => /nginx|better-auth|oidc-provider|commits of|answered 200|^memory after|^flood$/.test(figure);

process.on("message", async ({ index, seconds }) => {
  const { measure, figures } = measurements[index];
  const compared = figures.filter((figure) => !isUnrelated(figure));
  try {
    const measured = await measure(new Set(compared), { rounds: 1, seconds });
    process.send(Object.fromEntries(compared.filter((figure) => figure in measured).map((figure) => [figure, measured[figure]])));
  } catch (error) {
    process.send({ error: String(error.stack) });
  }
});
process.on("disconnect", () => process.exit());
