// count-tests.mjs FOLDER: counts the tests in the reports of nextest (or cargo test) and Playwright, and prints
// "N passed, N failed" as its last line. Exits with 1 if a test failed or a report is missing.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function fromJunit(text) {
  const root = text.match(/<testsuites\b[^>]*>/)?.[0] ?? "";
  const attribute = (name) => Number(root.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0);
  const failed = attribute("failures") + attribute("errors");
  return { passed: attribute("tests") - failed, failed };
}

function fromCargoTest(text) {
  const results = [...text.matchAll(/^test result: .*? (\d+) passed; (\d+) failed;/gm)];
  return { passed: sum(results.map(([, passed]) => Number(passed))), failed: sum(results.map(([, , failed]) => Number(failed))) };
}

// A test that passed only on a second try counts as failed, so that it is not overlooked.
function fromPlaywright(text) {
  const { expected, unexpected, flaky } = JSON.parse(text).stats;
  return { passed: expected, failed: unexpected + flaky };
}

const reports = [
  { title: "Rust", files: { "rust.xml": fromJunit, "rust.txt": fromCargoTest } },
  { title: "Browser", files: { "browser.json": fromPlaywright } },
  { title: "Firefox and WebKit", files: { "engines.json": fromPlaywright } },
  { title: "Interoperability", files: { "interop.json": fromPlaywright } },
];

const counts = reports.map(({ title, files }) => {
  const file = Object.keys(files).find((name) => existsSync(join(folder, name)));
  if (!file) {
    console.log(`${title}: no report`);
    return { passed: 0, failed: 0, missing: true };
  }
  const count = files[file](readFileSync(join(folder, file), "utf8"));
  console.log(`${title}: ${count.passed} tests passed and ${count.failed} failed`);
  return count;
});

const failed = sum(counts.map((count) => count.failed));
console.log(`${sum(counts.map((count) => count.passed))} passed, ${failed} failed`);
process.exit(failed > 0 || counts.some((count) => count.missing) ? 1 : 0);
