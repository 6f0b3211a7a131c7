import { parseArgs } from "node:util";

export const usage = `Measures the release binary beside its targets and beside other products.

  --only PATTERN   only the rows whose title matches, such as --only 'flood|token'
  --rounds N       the number of interleaved rounds; their median is reported (3)
  --seconds N      how long each load lasts (5)
  --write          also put the table and the plot into docs/performance.md, and three rows into the README
`;

/** Parses the command line. */
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
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name} takes a whole number, not ${text}`);
  return number;
}
