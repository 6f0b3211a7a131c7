// The commands that the page shows, run unchanged. PowerShell cannot be installed here.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { program as run } from "../support/program.ts";
import { expect, test } from "../support/test.ts";

const languages = [
  { label: "curl", file: "snippet.sh", program: "sh" },
  { label: "HTTPie", file: "snippet.sh", program: "sh" },
  { label: "Python", file: "snippet.py", program: "python3" },
  { label: "JavaScript", file: "snippet.mjs", program: "node" },
];

const kinds = [
  { kind: "api_key", variable: "API_KEY" },
  { kind: "oauth_client", variable: "CLIENT_SECRET" },
] as const;

for (const { kind, variable } of kinds) {
  test(`the commands for ${kind === "api_key" ? "an API key" : "an OAuth client"} are accepted`, async ({ accessKeys, latchkey, script }) => {
    const { key, secret } = await script.createActiveKey(kind, "Warehouse");
    await accessKeys.open(kind);
    const row = accessKeys.row(key.name);
    await row.open();
    for (const { label, file, program } of languages) {
      await test.step(label, async () => {
        await row.details.getByRole("tab", { name: label, exact: true }).click();
        const code = row.details.getByRole("tabpanel").locator("pre");
        await expect(code).toContainText(latchkey.url);
        const path = join(latchkey.folder, file);
        writeFileSync(path, (await code.textContent()) ?? "");
        const { status, output } = await run(program, path, { [variable]: secret });
        expect(status, output).toBe(0);
        expect(output).toContain('{"info":"pong","status":1}');
        const wrong = await run(program, path, { [variable]: `${secret.slice(0, -1)}!` });
        expect(wrong.output).not.toContain("pong");
      });
    }
    await expect(row.liveLine).toContainText("First successful call");
  });
}
