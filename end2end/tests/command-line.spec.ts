import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { ResetPasswordPage, SetUpPage } from "../pages/entrance.ts";
import { administrator, binary } from "../support/latchkey.ts";
import { basic, ping } from "../support/machine.ts";
import { expect, test } from "../support/test.ts";

test("reset-password beside the server prints a link by which the owner signs in again", async ({ latchkey, page }) => {
  const { status, stdout } = latchkey.command("reset-password", administrator.email);
  expect(status).toBe(0);
  const link = stdout.match(/http:\S+\/reset-password#\S+/)?.[0] ?? "";
  latchkey.secrets.add(new URL(link).hash.slice(1)).add("a whole new otter song");
  const reset = new ResetPasswordPage(page);
  await reset.open(link);
  await reset.submit("a whole new otter song");
  await new AccessKeysPage(page, latchkey).isReady();
});

test("organization create prints a set-up link for another organization, which sees nothing of the first", async ({ latchkey, script, page }) => {
  await script.createKey("api_key", "Northwind's");
  await latchkey.stop();
  const { status, stdout } = latchkey.command("organization", "create", "--public-url", latchkey.url);
  expect(status).toBe(0);
  await latchkey.start();
  const setUp = new SetUpPage(page);
  await setUp.open(stdout.match(/http:\S+\/set-up#\S+/)?.[0] ?? "");
  latchkey.secrets.add("eleven patient marble foxes");
  await setUp.submit("Southwind", "eve@southwind.example", "eleven patient marble foxes");
  const accessKeys = new AccessKeysPage(page, latchkey);
  await accessKeys.isReady();
  await accessKeys.choose("api_key");
  await expect(page.getByRole("heading", { name: "No API keys yet" })).toBeVisible();
});

test("a second process on the same database ends with one clear line", async ({ latchkey }) => {
  const { status, stderr, stdout } = latchkey.command("after-restore", "--keep-active");
  expect(status).not.toBe(0);
  expect(stdout).toBe("");
  expect(stderr.trim().split("\n").filter((line) => line.startsWith("latchkey:"))).toHaveLength(1);
});

test("keys, sessions and statuses survive a restart", async ({ latchkey, script }) => {
  const { secret } = await script.createActiveKey("api_key", "Warehouse");
  expect((await ping(latchkey, basic(secret))).status).toBe(200);
  await latchkey.stop();
  await latchkey.start();
  expect((await ping(latchkey, basic(secret))).status).toBe(200);
  expect((await script.answer("/api/session")).status).toBe(200);
});

base("an unusable database ends the start with one clear line", () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
  try {
    writeFileSync(join(folder, "garbage.db"), "this is not a database, and long enough to be read".repeat(100));
    chmodSync(join(folder, "garbage.db"), 0o600);
    const databases = [`sqlite://${folder}/garbage.db`, `sqlite://${folder}/no/such/folder/latchkey.db`, "postgres://absent@127.0.0.1:1/none", "oracle://x"];
    for (const database of databases) {
      const { status, stderr } = spawnSync(binary, ["serve", "--listen", "127.0.0.1:0", "--database", database], {
        cwd: folder,
        env: { PATH: process.env.PATH, LATCHKEY_SEALING_KEY: Buffer.alloc(32, 7).toString("base64") },
        encoding: "utf8",
        timeout: 60_000,
      });
      expect(status, database).not.toBe(0);
      expect(status, `${database} was served`).not.toBeNull();
      const lines = stderr.trim().split("\n").filter((line) => line.startsWith("latchkey:"));
      expect(lines, `${database}: ${stderr}`).toHaveLength(1);
      expect(stderr).not.toContain("panicked");
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
