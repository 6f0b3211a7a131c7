// drop-unused.mjs FILE: takes the body away, in place, of each function of Leptos' that the console never runs.
//
// Leptos keeps pointers to all that a view may ever be asked for, so no optimizer can tell what is never asked for:
// - taking over a page piece by piece while it still comes (`hydrate_async`), or from a <template> (`hydrate_from_template`):
//   the console is taken over at once (`leptos::mount::hydrate_body`);
// - bodies of requests and replies that are streams of JavaScript (the crate wasm_streams): server functions here are JSON.
// What is left of each is a trap, which stops the page with an error in the browser's log and fails the tests in the browser.
import { readFileSync, writeFileSync } from "node:fs";
import { number, readModule } from "./module.mjs";

const unused = /13hydrate_async|21hydrate_from_template|12wasm_streams|^intounderlying/;
// Without variables: unreachable, end.
const trap = Buffer.from([3, 0, 0x00, 0x0b]);

const [file] = process.argv.slice(2);
const bytes = readFileSync(file);
const { code, functions } = readModule(bytes);
const bodies = functions.map(({ name, start, end }) =>
  unused.test(name) ? trap : Buffer.concat([number(end - start), bytes.subarray(start, end)]),
);
const section = Buffer.concat([number(functions.length), ...bodies]);
writeFileSync(
  file,
  Buffer.concat([bytes.subarray(0, code.start), Buffer.from([10]), number(section.length), section, bytes.subarray(code.end)]),
);
