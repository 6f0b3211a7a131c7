// Runs the commands of the documents, from the documents, with the clicks between them in a browser.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Page, test as base } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { SetUpPage } from "../pages/entrance.ts";
import { isAsShown, secretsIn, stepsOf } from "../support/document.ts";
import { Latchkey, administrator, binary } from "../support/latchkey.ts";
import { Shell } from "../support/shell.ts";
import { expect } from "../support/test.ts";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The documents use the default address. */
const documentedAddress = "127.0.0.1:3000";

/** Follows a document, with a server, a shell beside it, and a browser. */
class Reader {
  #latchkey!: Latchkey;
  #shell!: Shell;
  #printed = "";
  #seen = "";

  constructor(readonly page: Page) {}

  async begin(): Promise<void> {
    this.#latchkey = await Latchkey.fresh();
    const link = await this.#latchkey.setUpLink();
    const programs = join(this.#latchkey.folder, "bin");
    mkdirSync(programs);
    symlinkSync(binary, join(programs, "latchkey"));
    this.#shell = new Shell(this.#latchkey.folder, {
      PATH: `${programs}:${process.env.PATH}`,
      SET_UP_LINK: link,
    });
    this.#printed = this.#latchkey.output;
  }

  async end(): Promise<void> {
    const { output: variables } = await this.#shell.run("set");
    this.#shell.end();
    await this.#latchkey.stop();
    for (const secret of secretsIn(this.#seen + variables)) this.#latchkey.secrets.add(secret);
    // The reader's own files contain secrets, as the documents say.
    const leaks = this.#latchkey.leaks().filter((place) => place === "the log" || place.startsWith("data/"));
    this.#latchkey.remove();
    expect(this.#latchkey.secrets.size, "secrets that the reader made").toBeGreaterThan(0);
    expect(leaks, "places with a secret").toEqual([]);
  }

  get #address(): string {
    return new URL(this.#latchkey.url).host;
  }

  async run(commands: string): Promise<void> {
    const { output, status } = await this.#shell.run(commands.replaceAll(documentedAddress, this.#address));
    this.#printed = output;
    this.#seen += commands + output;
    expect(status, `the status of\n${commands}\nwhich printed\n${output}`).toBe(0);
  }

  expect(shown: string): void {
    const printed = this.#printed.replaceAll(this.#address, documentedAddress);
    expect(isAsShown(shown, printed), `shown:\n${shown}\n\nprinted:\n${printed}`).toBe(true);
  }

  readonly deeds: Record<string, () => Promise<void>> = {
    "browser: set up": async () => {
      const setUp = new SetUpPage(this.page);
      await setUp.open(await this.#latchkey.setUpLink());
      await setUp.submit(administrator.organization, administrator.email, administrator.password);
      await this.#accessKeys.isReady();
    },
    "browser: create both kinds": async () => {
      for (const [kind, name] of [["oauth_client", "Order import"], ["api_key", "Warehouse"]] as const) {
        const dialog = await this.#accessKeys.create(kind, name);
        const file = await dialog.download("Download as .env");
        writeFileSync(join(this.#shell.folder, file.name), file.text);
        await dialog.button("Got it").click();
        await expect(dialog.element).toBeHidden();
      }
    },
    "browser: activate both": () => this.#onBoth(async (row) => {
      await row.activate.click();
      await row.expectStatus("Active");
    }),
    "browser: deactivate both": () => this.#onBoth(async (row) => {
      await row.confirmDeactivation();
      await row.expectStatus("Inactive");
    }),
    "server: fresh": async () => {
      await this.end();
      await this.begin();
    },
    "server: call, signed in": async () => {
      for (const step of stepsOf(join(repository, "docs/automation.md"))) {
        if (step.kind === "run" && /^call\(\)|^call set-up/m.test(step.commands)) await this.run(step.commands);
      }
    },
    "server: stop": () => this.#latchkey.stop(),
  };

  get #accessKeys(): AccessKeysPage {
    return new AccessKeysPage(this.page, this.#latchkey);
  }

  async #onBoth(act: (row: ReturnType<AccessKeysPage["row"]>) => Promise<void>): Promise<void> {
    for (const [kind, name] of [["oauth_client", "Order import"], ["api_key", "Warehouse"]] as const) {
      await this.#accessKeys.choose(kind);
      await act(this.#accessKeys.row(name));
    }
  }
}

const test = base.extend<{ reader: Reader }>({
  reader: async ({ page }, use) => {
    const reader = new Reader(page);
    await reader.begin();
    await use(reader);
    await reader.end();
  },
});

const documents = ["README.md", ...readdirSync(join(repository, "docs"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];

for (const document of documents) {
  const steps = stepsOf(join(repository, document));
  if (!steps.some(({ kind }) => kind === "run")) continue;
  test(`the commands of ${document} do what it says`, async ({ reader }) => {
    test.setTimeout(180_000);
    for (const step of steps) {
      await test.step(`line ${step.line}`, async () => {
        if (step.kind === "run") await reader.run(step.commands);
        else if (step.kind === "expect") reader.expect(step.output);
        else if (reader.deeds[step.what]) await reader.deeds[step.what]?.();
        else throw new Error(`${document}:${step.line}: there is no action "${step.what}"`);
      });
    }
  });
}

test("a failing line is noticed anywhere in its block", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
  const shell = new Shell(folder, {});
  const statuses: Record<string, number> = {
    "true\necho good": 0,
    "false\necho good": 1,
    "no-such-program\necho good": 127,
    "(exit 3) | cat\necho good": 3,
    "try() { false; true; }\ntry\necho good": 1,
    "X=$(exit 4)\necho good": 4,
    "false || true\n! false": 0,
  };
  for (const [commands, status] of Object.entries(statuses)) {
    expect((await shell.run(commands)).status, commands).toBe(status);
  }
  await expect(shell.run("if then")).rejects.toThrow("syntax error");
  shell.end();
  rmSync(folder, { recursive: true });
});

test("secrets are recognized by their format", () => {
  const key = `lk_ak_${"a1".repeat(6)}_${"Z9".repeat(24)}x`;
  const token = `eyJ${"h".repeat(20)}.eyJ${"p".repeat(20)}.${"s_-".repeat(20)}`;
  const link = "L-_".repeat(21) + "xy";
  const text = `API_KEY=${key} {"access_token":"${token}"} http://127.0.0.1/set-up#${link} {\\"password\\":\\"copper heron\\"}`;
  expect(secretsIn(text)).toEqual([key, token, link, "copper heron"]);
});

test("the README has every option of the help", () => {
  const { status, stdout } = spawnSync(binary, ["serve", "--help"], { encoding: "utf8" });
  expect(status).toBe(0);
  const options = [...stdout.matchAll(/\[env: (LATCHKEY_\w+)/g)].map(([, setting]) => setting ?? "");
  expect(options.length).toBeGreaterThan(8);
  const readme = readFileSync(join(repository, "README.md"), "utf8");
  expect(options.filter((setting) => !new RegExp(`^\\| [^|]*\`${setting}\`[^|]* \\|`, "m").test(readme))).toEqual([]);
});

test("the targets, scripts, crates and tests that CONTRIBUTING.md names exist", () => {
  const text = readFileSync(join(repository, "CONTRIBUTING.md"), "utf8");
  const commands = [...text.matchAll(/^\| .* \| (`.*`.*) \|$/gm)].flatMap(([, cell]) => [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, command]) => command ?? ""));
  const read = (path: string) => readFileSync(join(repository, path), "utf8");
  const names = (pattern: RegExp) => [...commands.join("\n").matchAll(pattern)].map(([, name]) => name ?? "");
  const [targets, scripts, crates, filters] = [names(/\bmake (\w+)/g), names(/\b(scripts\/\S+)/g), names(/ -p (\S+)/g), names(/npx playwright test (.+)/g)];
  for (const found of [targets, scripts, crates, filters]) expect(found).not.toEqual([]);
  for (const target of targets) expect(read("Makefile")).toContain(`\n${target}: ##`);
  for (const script of scripts) expect(existsSync(join(repository, script)), script).toBe(true);
  const members = ["model", "store", "engine", "app", "frontend", "server"].map((folder) => read(`${folder}/Cargo.toml`)).join();
  for (const crate of crates) expect(members).toContain(`name = "${crate}"`);
  for (const filter of filters) {
    const list = ["playwright", "test", ...filter.split(" "), "--list", "--reporter=list"];
    const { status, stdout } = spawnSync("npx", list, { cwd: join(repository, "end2end"), encoding: "utf8" });
    expect(status, `npx ${list.join(" ")}: ${stdout}`).toBe(0);
  }
});

test("the page on automation shows every server function", () => {
  const page = readFileSync(join(repository, "docs/automation.md"), "utf8");
  const endpoints = readdirSync(join(repository, "app/src/api"))
    .map((name) => readFileSync(join(repository, "app/src/api", name), "utf8").match(/endpoint = "\/api\/([^"]+)"/)?.[1])
    .filter((endpoint) => endpoint !== undefined);
  expect(endpoints.length).toBeGreaterThan(20);
  const missing = endpoints.filter((endpoint) => !page.includes(`call ${endpoint}`) && !page.includes(`post ${endpoint}`));
  expect(missing).toEqual([]);
});
