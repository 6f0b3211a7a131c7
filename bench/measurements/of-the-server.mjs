import * as creations from "./creations.mjs";
import * as flood from "./flood.mjs";
import * as introspection from "./introspection.mjs";
import * as lists from "./lists.mjs";
import * as ping from "./ping.mjs";
import * as starts from "./starts.mjs";
import * as tokens from "./tokens.mjs";

/** What is measured of the server, and not of the console. */
export const measurements = [ping, tokens, introspection, flood, starts, lists, creations];

/** The figures of others, which a comparison of two releases has no use for; and a share that is the same or a fault. */
const isOfOthers = (figure) => /nginx|better-auth|oidc-provider|commits of|answered 200|^memory after|^flood$/.test(figure);

// Run as a program of its own, it measures what its parent asks for, with the one release that its environment names.
if (process.argv.includes("--on-demand")) {
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
}
