// costs.mjs FILE [PATTERN]: what the functions of a module cost in bytes, by crate; with a pattern, the single functions
// whose names match it, largest first. Names are as c++filt (binutils) reads them.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readModule } from "./module.mjs";

const [file, pattern] = process.argv.slice(2);
const bytes = readFileSync(file);
const { functions, sections } = readModule(bytes);
const names = execFileSync("c++filt", { input: functions.map(({ name }) => `${name}\n`).join(""), maxBuffer: 2 ** 30 })
  .toString()
  .replaceAll(/\[[0-9a-f]{6,16}\]/g, "")
  .split("\n");

const costs = new Map();
for (const [index, { start, end }] of functions.entries()) {
  const name = names[index] || "without a name";
  if (pattern && !new RegExp(pattern).test(name)) continue;
  const key = pattern ? name : (name.match(/[a-z_][a-z_0-9]*(?=::)/i)?.[0] ?? "others");
  const { size = 0, count = 0 } = costs.get(key) ?? {};
  costs.set(key, { size: size + end - start, count: count + 1 });
}
const line = (size, count, name) => console.log(`${String(size).padStart(9)} ${String(count).padStart(6)}  ${name}`);
line("bytes", "number", pattern ? "function" : "crate");
for (const [name, { size, count }] of [...costs].sort(([, a], [, b]) => b.size - a.size).slice(0, 60)) line(size, count, name);
if (!pattern) {
  const data = sections.find(({ name }) => name === "11")?.size ?? 0;
  const code = sections.find(({ name }) => name === "10")?.size ?? 0;
  console.log(`Code ${code}, data ${data}`);
}
