import { readFileSync } from "node:fs";
import { type Locator, type Page, expect } from "@playwright/test";
import type { Latchkey } from "../support/latchkey.ts";

/** A file that the browser has downloaded. */
export interface SavedFile {
  name: string;
  text: string;
}

/** The dialog that shows a secret, once. */
export class SecretDialog {
  readonly element: Locator;
  readonly id: Locator;
  readonly secret: Locator;
  readonly guard: Locator;

  constructor(
    readonly page: Page,
    readonly latchkey: Latchkey,
    name: string,
  ) {
    this.element = page.getByRole("dialog", { name: `for “${name}”` });
    this.id = this.element.getByLabel(/^(Client|Key) ID$/);
    this.secret = this.element.getByLabel(/^(Client|Key) secret$/);
    this.guard = this.element.getByText("You have not saved this secret");
  }

  async appears(): Promise<void> {
    await expect(this.element).toBeVisible();
    this.latchkey.secrets.add(await this.secret.inputValue());
  }

  button(name: "Copy ID" | "Copy secret" | "Got it" | "Back to the secret" | "Back to the private key" | "Close without saving"): Locator {
    return this.element.getByRole("button", { name, exact: true });
  }

  async read(): Promise<{ id: string; secret: string }> {
    return { id: await this.id.inputValue(), secret: await this.secret.inputValue() };
  }

  async download(button: "Download" | "Download as .env" = "Download"): Promise<SavedFile> {
    const saved = this.page.waitForEvent("download");
    await this.element.getByRole("button", { name: button, exact: true }).click();
    const download = await saved;
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
  }

  /** Saves the secret and goes back to the list. */
  async saveAndClose(): Promise<{ id: string; secret: string }> {
    const key = await this.read();
    await this.download();
    await this.button("Got it").click();
    await expect(this.element).toBeHidden();
    return key;
  }
}
