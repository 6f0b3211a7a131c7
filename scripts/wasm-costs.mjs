// wasm-costs.mjs FILE [PATTERN]: prints the size of the functions of a module in bytes, by crate. With a pattern, prints the
// functions whose names match it, largest first. c++filt (binutils) demangles the names.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const custom = 0;
const importSection = 2;
const codeSection = 10;
const dataSection = 11;

class Reader {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  number() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  text() {
    const length = this.number();
    this.at += length;
    return this.bytes.toString("utf8", this.at - length, this.at);
  }
}

const [file, pattern] = process.argv.slice(2);
const { functions, sections } = readModule(readFileSync(file));
const names = execFileSync("c++filt", { input: functions.map(({ name }) => `${name}\n`).join(""), maxBuffer: 2 ** 30 })
  .toString()
  .replaceAll(/\[[0-9a-f]{6,16}\]/g, "")
  .split("\n");

const costs = new Map();
for (const [index, { size }] of functions.entries()) {
  const name = names[index] || "unnamed";
  if (pattern && !new RegExp(pattern).test(name)) continue;
  const key = pattern ? name : (name.match(/[a-z_][a-z_0-9]*(?=::)/i)?.[0] ?? "others");
  const { total = 0, count = 0 } = costs.get(key) ?? {};
  costs.set(key, { total: total + size, count: count + 1 });
}
const line = (size, count, name) => console.log(`${String(size).padStart(9)} ${String(count).padStart(6)}  ${name}`);
line("bytes", "number", pattern ? "function" : "crate");
const largest = [...costs].sort(([, a], [, b]) => b.total - a.total).slice(0, 60);
for (const [name, { total, count }] of largest) line(total, count, name);
if (!pattern) console.log(`Code ${sections.get(codeSection)}, data ${sections.get(dataSection)}`);

/** Reads the sizes and names of the functions that a module defines, and the sizes of its sections. */
function readModule(bytes) {
  const reader = new Reader(bytes, 8);
  const sections = new Map();
  const sizes = [];
  let imports = 0;
  let names = new Map();
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const size = reader.number();
    const end = reader.at + size;
    if (id === importSection) imports = countImportedFunctions(reader);
    if (id === codeSection) {
      for (let count = reader.number(); count > 0; count--) {
        const size = reader.number();
        sizes.push(size);
        reader.at += size;
      }
    }
    if (id === custom && reader.text() === "name") names = functionNames(reader, end);
    sections.set(id, size);
    reader.at = end;
  }
  const functions = sizes.map((size, index) => ({ size, name: names.get(imports + index) ?? "" }));
  return { sections, functions };
}

function countImportedFunctions(reader) {
  const skipLimits = () => {
    const hasMaximum = reader.number() & 1;
    reader.number();
    if (hasMaximum) reader.number();
  };
  const skip = [
    () => reader.number(),
    () => (reader.byte(), skipLimits()),
    skipLimits,
    () => (reader.byte(), reader.byte()),
    () => (reader.byte(), reader.number()),
  ];
  let functions = 0;
  for (let count = reader.number(); count > 0; count--) {
    reader.text();
    reader.text();
    const kind = reader.byte();
    if (kind === 0) functions++;
    skip[kind]();
  }
  return functions;
}

function functionNames(reader, end) {
  const names = new Map();
  while (reader.at < end) {
    const ofFunctions = reader.byte() === 1;
    const next = reader.number() + reader.at;
    for (let count = ofFunctions ? reader.number() : 0; count > 0; count--) {
      const index = reader.number();
      names.set(index, reader.text());
    }
    reader.at = next;
  }
  return names;
}
