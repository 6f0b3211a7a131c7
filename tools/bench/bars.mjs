/**
 * The rows of the table: what is measured, which value it must reach, and which it aims at. A row compares two figures, or
 * shows one. "by" names the measure of a load that is compared. A row without "must" and "aim" is shown for completeness.
 */

const ratio = (title, of, over, must, aim, more) => ({ title, of, over, by: "rate", must, aim, better: "more", ...more });
const value = (title, of, unit, must, aim, more) => ({ title, of, unit, must, aim, better: "less", ...more });

const scores = [["performance", 95], ["accessibility", 100], ["best-practices", 100]];

function lighthouse(page) {
  return ["phone", "desktop"].flatMap((device) =>
    scores.map(([category, must]) => {
      const title = `Lighthouse, ${page} page, ${device}: ${category.replace("-", " ")}`;
      return value(title, `lighthouse ${page}, ${device}, ${category}`, "", must, 100, { better: "more" });
    }),
  );
}

export const rows = [
  ratio("ping with an API key ÷ a bare route of our own server", "ping", "livez", 0.9, 0.95),
  ratio("ping with an API key ÷ nginx bare 204", "ping", "nginx bare", 0.65, 0.8),
  ratio("ping with an API key ÷ nginx with a static map of keys", "ping", "nginx map"),
  ratio("ping with an API key ÷ better-auth on SQLite", "ping", "better-auth", 30, 60),
  ratio("token, ES256 ÷ oidc-provider ES256", "token ES256", "oidc-provider token ES256", 4, 8),
  ratio("token, EdDSA ÷ oidc-provider EdDSA", "token EdDSA", "oidc-provider token EdDSA", 4, 8),
  ratio("introspection ÷ oidc-provider opaque", "introspection", "oidc-provider introspection", 7, 12),
  ratio("ping with last_used on ÷ off", "ping", "ping, last_used off", 0.95, 0.99),
  ratio("ping with 100,000 keys ÷ with 100", "ping, 100,000 keys", "ping", 0.95, 0.99),
  ratio("cached ping during the flood ÷ without", "ping during flood", "ping without flood", 0.5, 0.8),
  value("first uses of 100 good keys during the flood, answered 200", "first uses during flood, answered 200", "", 100, 100, {
    better: "more",
  }),
  value("first use of a good key during the flood, p99", "first uses during flood, p99", "ms", undefined, 50),
  value("memory after the flood, over before", "memory after flood, over before", "MiB", 50, 20),
  value("boot to ready with 100,000 keys", "boot to ready, 100,000 keys", "ms", 1_000, 500),
  value("boot to ready with 1,000 keys", "boot to ready, 1,000 keys", "ms"),
  value("first use of a key after a start, 100,000 keys", "first use after a start, 100,000 keys", "ms"),
  value("first use of a key after a start, 1,000 keys", "first use after a start, 1,000 keys", "ms"),
  value("memory with 100,000 keys, idle", "idle memory, 100,000 keys", "MiB", 150, 80),
  value("memory with 1,000 keys, idle", "idle memory, 1,000 keys", "MiB"),
  ratio("time of a page of 50 keys: 100,000 ÷ 1,000 keys", "page, 100,000 keys", "page, 1,000 keys", 1.5, 1.1, {
    by: "p50",
    better: "less",
  }),
  ratio("time of a search for one key: 100,000 ÷ 1,000 keys", "search, 100,000 keys", "search, 1,000 keys", undefined, undefined, {
    by: "p50",
    better: "less",
  }),
  ratio("creations, 1 connection ÷ the disk's commits", "creations, 1 connection", "commits of the disk", 1, 1),
  ratio("creations, 8 connections ÷ the disk's commits", "creations, 8 connections", "commits of the disk", undefined, 4),
  ratio("creations, 1 connection ÷ SQLite's own commits of a row", "creations, 1 connection", "commits of SQLite"),
  value("initial WebAssembly and JavaScript, brotli", "initial WASM and JS", "kB", 160, 150),
  value("the same with the dialogs, fetched when the first one opens", "initial and dialogs", "kB"),
  value("from navigation to a Create button that opens its dialog", "until Create works", "ms"),
  ...lighthouse("sign-in"),
  ...lighthouse("keys"),
];

/** The names of the figures that rows need. */
export function figuresOf(chosen) {
  return new Set(chosen.flatMap(({ of, over }) => (over ? [of, over] : [of])));
}

/** Adds the measured value and the verdict to a row. */
export function withVerdict(row, figures) {
  const of = figures[row.of];
  const over = row.over && figures[row.over];
  if (!of || (row.over && !over)) return { ...row, verdict: "not measured" };
  const measured = row.over ? of[row.by] / over[row.by] : of.value;
  return { ...row, measured, verdict: verdict(row, measured) };
}

function verdict({ must, aim, better }, measured) {
  const meets = (bar) => (better === "more" ? measured >= bar : measured <= bar);
  if (must === undefined && aim === undefined) return "";
  if (meets(aim)) return "aim met";
  if (must === undefined) return "aim missed";
  return meets(must) ? "must met" : "MISSED";
}
