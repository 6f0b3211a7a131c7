import { type Locator, type Page, expect } from "@playwright/test";
import type { Latchkey } from "../support/latchkey.ts";
import type { Kind } from "../support/session.ts";
import { KeyRow } from "./key-row.ts";
import { SecretDialog } from "./secret-dialog.ts";

const createTitle: Record<Kind, string> = { oauth_client: "Create OAuth client", api_key: "Create key" };
const tabName: Record<Kind, string> = { oauth_client: "OAuth Clients", api_key: "API Keys" };
const tabInUrl: Record<Kind, string> = { oauth_client: "oauth-clients", api_key: "api-keys" };

/** Configure > Access Keys. */
export class AccessKeysPage {
  readonly heading: Locator;
  readonly search: Locator;
  /** Shows the keys after the last one in the page. */
  readonly more: Locator;
  /** Shows the keys before the first one in the page. */
  readonly newer: Locator;
  /** The one message that concerns the whole page. */
  readonly banner: Locator;
  /** The note that a part of the page is out of date. */
  readonly staleNote: Locator;
  /** The buttons that show a secret again. */
  readonly showAgain: Locator;

  constructor(
    readonly page: Page,
    readonly latchkey: Latchkey,
  ) {
    this.heading = page.getByRole("heading", { name: "Access Keys", level: 1 });
    this.search = page.getByLabel("Search by name or ID");
    this.more = page.getByRole("button", { name: "Load more" });
    this.newer = page.getByRole("button", { name: "Show newer" });
    this.banner = page.getByRole("alert").filter({ hasText: /cannot be reached|You've been signed out\.(?! Save)/ });
    this.staleNote = page.getByRole("status").filter({ hasText: / from (.*, )?\d\d:\d\d:\d\d\./ });
    this.showAgain = page.getByRole("button", { name: "Show again", exact: true });
  }

  async open(kind?: Kind): Promise<void> {
    await this.page.goto(`${this.latchkey.url}/access-keys${kind ? `?tab=${tabInUrl[kind]}` : ""}`);
    await this.isReady();
  }

  /** Waits until the page responds to clicks and shows its content. */
  async isReady(): Promise<void> {
    await expect(this.heading).toBeVisible();
    await expect(this.page.getByRole("button", { name: "Sign out", includeHidden: true })).toBeEnabled();
    await expect(this.page.getByRole("tab", { name: "OAuth Clients" })).toBeVisible();
    await this.isLoaded();
  }

  /** Waits until the list has loaded. */
  async isLoaded(): Promise<void> {
    await expect(this.page.locator("main").locator("[aria-busy=true], .skeleton")).toHaveCount(0);
  }

  tab(kind: Kind): Locator {
    return this.page.getByRole("tab", { name: tabName[kind] });
  }

  async choose(kind: Kind): Promise<void> {
    await this.tab(kind).click();
    await expect(this.tab(kind)).toHaveAttribute("aria-selected", "true");
    await this.isLoaded();
  }

  createButton(kind: Kind): Locator {
    return this.page.getByRole("button", { name: createTitle[kind], exact: true });
  }

  createDialog(kind: Kind): Locator {
    return this.page.getByRole("dialog", { name: createTitle[kind] });
  }

  /** Opens the dialog that asks for a name. */
  async startCreating(kind: Kind): Promise<Locator> {
    await this.choose(kind);
    await this.createButton(kind).first().click();
    const dialog = this.createDialog(kind);
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Creates a key, up to the dialog that shows its secret. */
  async create(kind: Kind, name: string): Promise<SecretDialog> {
    const dialog = await this.startCreating(kind);
    await dialog.getByLabel("Name", { exact: true }).fill(name);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    const secret = this.secretDialog(name);
    await secret.appears();
    return secret;
  }

  /** The dialog that shows the secret or the private key of a new key. */
  secretDialog(name: string): SecretDialog {
    return new SecretDialog(this.page, this.latchkey, name);
  }

  row(name: string): KeyRow {
    return new KeyRow(this.page, name);
  }

  /** The names that the list shows, in its order. */
  async names(): Promise<string[]> {
    return this.nameButtons().allTextContents();
  }

  nameButtons(): Locator {
    return this.page.getByRole("table").locator("button[aria-expanded]:not([aria-haspopup])");
  }

  async filter(status: "Current" | "Active" | "Inactive" | "Expired" | "Deleted"): Promise<void> {
    await this.page.getByRole("group", { name: "Status" }).getByRole("button", { name: status, exact: true }).click();
  }

  toast(text: string | RegExp): Locator {
    return this.page.getByRole("status").filter({ hasText: text });
  }
}
