/** The plot for the README: bars of requests per second, light or dark according to the reader's system. */

const groups = [
  {
    title: "Validate an API key",
    bars: [
      ["Latchkey, GET /api/v1/ping", "ping", "ours"],
      ["better-auth on SQLite", "better-auth", "peer"],
      ["Latchkey, a bare route", "livez", "limit"],
      ["nginx, a bare 204", "nginx bare", "limit"],
      ["nginx, a static map of keys", "nginx map", "limit"],
    ],
  },
  {
    title: "Validate one while 64 connections send wrong secrets",
    bars: [
      ["Latchkey, during the flood", "ping during flood", "ours"],
      ["Latchkey, without", "ping without flood", "limit"],
    ],
  },
  {
    title: "Issue an access token",
    bars: [
      ["Latchkey, ES256", "token ES256", "ours"],
      ["oidc-provider, ES256", "oidc-provider token ES256", "peer"],
      ["Latchkey, EdDSA", "token EdDSA", "ours"],
      ["oidc-provider, EdDSA", "oidc-provider token EdDSA", "peer"],
    ],
  },
  {
    title: "Introspect an access token",
    bars: [
      ["Latchkey, signed tokens", "introspection", "ours"],
      ["oidc-provider, opaque tokens", "oidc-provider introspection", "peer"],
    ],
  },
];

const width = 860;
const labels = { end: 232 };
const bars = { start: 244, end: 770 };
const row = 26;
const thickness = 16;

const style = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #1f2328 }
  .title { font-size: 18px; font-weight: 600 }
  .group { font-weight: 600 }
  .muted { fill: #59636e; font-size: 12px }
  .end { text-anchor: end }
  .middle { text-anchor: middle }
  .paper { fill: #ffffff }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .ours { fill: #2f6feb }
  .peer { fill: #8c959f }
  .limit { fill: #c8d1da }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .muted { fill: #9198a1 }
    .paper { fill: #0d1117 }
    .grid { stroke: #30363d }
    .ours { fill: #4c8dff }
    .peer { fill: #7d8590 }
    .limit { fill: #3d444d }
  }
`;

/** The plot as SVG, of whatever was measured of it. */
export function plot(figures, machine) {
  const shown = groups
    .map(({ title, bars }) => ({ title, bars: bars.filter(([, figure]) => figures[figure]) }))
    .filter(({ bars }) => bars.length > 0);
  const most = Math.max(1, ...shown.flatMap(({ bars }) => bars.map(([, figure]) => figures[figure].rate)));
  const scale = scaleTo(most);
  const parts = [];
  let y = 108;
  for (const { title, bars: group } of shown) {
    parts.push(text(24, y, title, "group"));
    y += 12;
    for (const [label, figure, kind] of group) {
      parts.push(bar(y, label, figures[figure].rate, kind, scale));
      y += row;
    }
    y += 30;
  }
  const bottom = y - 34;
  const height = bottom + 46;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ` role="img" aria-labelledby="title description">`,
    `<title id="title">Requests a second</title>`,
    `<desc id="description">${describe(shown, figures)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="8"/>`,
    text(24, 38, "Requests a second", "title"),
    ...wrapped(machine).map((line, number) => text(24, 58 + 16 * number, line, "muted")),
    ...grid(scale, 94, bottom),
    ...parts,
    text(bars.end, bottom + 34, "requests a second; longer is better", "muted end"),
    "</svg>",
    "",
  ].join("\n");
}

function bar(y, label, rate, kind, scale) {
  const length = Math.max(2, scale.place(rate) - bars.start);
  const middle = y + row / 2 + 4.5;
  const box = `x="${bars.start}" y="${y + (row - thickness) / 2}" width="${length.toFixed(1)}" height="${thickness}"`;
  return [
    text(labels.end, middle, label, "end"),
    `<rect class="${kind}" ${box} rx="3"/>`,
    text(bars.start + length + 8, middle, grouped(rate), ""),
  ].join("");
}

/** An axis in round steps, four or five of them. */
function scaleTo(most) {
  const magnitude = 10 ** Math.floor(Math.log10(most));
  const step = [0.2, 0.25, 0.5, 1, 2].map((part) => part * magnitude).find((step) => most / step <= 5);
  const end = Math.ceil(most / step) * step;
  const steps = Array.from({ length: Math.round(end / step) + 1 }, (_, number) => number * step);
  return { steps, place: (rate) => bars.start + (rate / end) * (bars.end - bars.start) };
}

function grid({ steps, place }, top, bottom) {
  return steps.map((step) => {
    const x = place(step).toFixed(1);
    const line = `<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>`;
    return line + text(x, bottom + 16, grouped(step), "muted middle");
  });
}

function wrapped(sentence) {
  const lines = [""];
  for (const word of sentence.split(" ")) {
    if (lines.at(-1).length + word.length > 118) lines.push("");
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines;
}

function describe(shown, figures) {
  const described = ([label, figure]) => `${label}, ${grouped(figures[figure].rate)}`;
  return escaped(shown.map(({ title, bars }) => `${title}: ${bars.map(described).join("; ")}.`).join(" "));
}

const grouped = (number) => Math.round(number).toLocaleString("en");

const text = (x, y, content, kind) => `<text x="${x}" y="${y}" class="${kind}">${escaped(content)}</text>`;

const escaped = (content) => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
