// Runs the commands of the documents, from the documents, with the clicks between them in a browser.
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Page, test as base } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { SetUpPage } from "../pages/entrance.ts";
import { isAsShown, stepsOf } from "../support/document.ts";
import { Latchkey, administrator, binary } from "../support/latchkey.ts";
import { Shell } from "../support/shell.ts";
import { expect } from "../support/test.ts";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The documents talk of the default address. */
const documentedAddress = "127.0.0.1:3000";

/** Somebody who follows a document: with a server, a shell beside it, and a browser. */
class Reader {
  #latchkey!: Latchkey;
  #shell!: Shell;
  #printed = "";

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
    this.#shell.end();
    await this.#latchkey.stop();
    this.#latchkey.remove();
  }

  get #address(): string {
    return new URL(this.#latchkey.url).host;
  }

  async run(commands: string): Promise<void> {
    const { output, status } = await this.#shell.run(commands.replaceAll(documentedAddress, this.#address));
    this.#printed = output;
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
      for (const step of stepsOf(join(repository, "README.md"))) {
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
        else throw new Error(`${document}:${step.line}: nobody knows how to do "${step.what}"`);
      });
    }
  });
}

test("the README shows every server function", () => {
  const readme = readFileSync(join(repository, "README.md"), "utf8");
  const endpoints = readdirSync(join(repository, "app/src/api"))
    .map((name) => readFileSync(join(repository, "app/src/api", name), "utf8").match(/endpoint = "\/api\/([^"]+)"/)?.[1])
    .filter((endpoint) => endpoint !== undefined);
  expect(endpoints.length).toBeGreaterThan(20);
  const missing = endpoints.filter((endpoint) => !readme.includes(`call ${endpoint}`) && !readme.includes(`post ${endpoint}`));
  expect(missing).toEqual([]);
});
