import { parseArgs } from "node:util";

export const usage = `Breaks what Latchkey stands on, and looks whether it keeps what it promises.

  --only PATTERN   only the faults whose number and title match, such as --only '^4 |haproxy'
  --quick          few rounds, as continuous integration runs them (under five minutes)
  --write          also put the table into docs/reliability.md
`;

/** What the command line asks for. */
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
