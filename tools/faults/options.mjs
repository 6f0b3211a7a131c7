import { parseArgs } from "node:util";

export const usage = `Breaks what Latchkey depends on, and checks that it keeps its promises.

  --only PATTERN   only the faults whose number and title match, such as --only '^4 |haproxy'
  --quick          few rounds, as in continuous integration (under five minutes)
  --write          also put the table into docs/reliability.md
`;

/** Parses the command line. */
export function optionsOf(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: "" },
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return { ...values, only: new RegExp(values.only, "i") };
}
