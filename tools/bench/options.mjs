import { parseArgs } from "node:util";

export const usage = `Measures the release binary against its bars and its peers.

  --only PATTERN   only the rows whose title matches, such as --only 'flood|token'
  --rounds N       how many interleaved rounds, of which the median counts (3)
  --seconds N      how long each load lasts (5)
  --write          also put the table and the plot into docs/performance.md and the README
`;

/** What the command line asks for. */
export function optionsOf(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: "" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "5" },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return {
    ...values,
    only: new RegExp(values.only, "i"),
    rounds: wholeNumber("--rounds", values.rounds),
    seconds: wholeNumber("--seconds", values.seconds),
  };
}

function wholeNumber(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name} takes a whole number, and not ${text}`);
  return number;
}
