// Reads a module of WebAssembly as far as the scripts beside this one need it.

const custom = 0;
const importSection = 2;
const codeSection = 10;

/** The functions that `bytes` define, by name, and where their bodies stand; and the sections, by name and size. */
export function readModule(bytes) {
  const reader = new Reader(bytes, 8);
  const sections = [];
  const bodies = [];
  let imports = 0;
  let names = new Map();
  let code;
  while (reader.at < bytes.length) {
    const start = reader.at;
    const id = reader.byte();
    const size = reader.number();
    const end = reader.at + size;
    let name = String(id);
    if (id === importSection) imports = countImportedFunctions(reader);
    if (id === codeSection) {
      code = { start, end };
      for (let count = reader.number(); count > 0; count--) {
        const length = reader.number();
        bodies.push({ start: reader.at, end: reader.at + length });
        reader.at += length;
      }
    }
    if (id === custom) {
      name = reader.text();
      if (name === "name") names = functionNames(reader, end);
    }
    sections.push({ name, size });
    reader.at = end;
  }
  const functions = bodies.map((body, index) => ({ ...body, name: names.get(imports + index) ?? "" }));
  return { sections, functions, code };
}

/** A number as WebAssembly writes it (unsigned LEB128). */
export function number(value) {
  const bytes = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push((value % 128) + (rest > 0 ? 128 : 0));
    value = rest;
  } while (value > 0);
  return Buffer.from(bytes);
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
