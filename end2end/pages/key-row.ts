import { type Locator, type Page, expect } from "@playwright/test";

/** A key in the list, with its details when they are open. */
export class KeyRow {
  readonly element: Locator;
  readonly nameButton: Locator;
  readonly activate: Locator;
  readonly deactivate: Locator;
  readonly more: Locator;
  readonly details: Locator;
  readonly liveLine: Locator;
  /** The message that says why an action on this row has failed. */
  readonly problem: Locator;

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {
    const button = (accessibleName: string) => page.getByRole("button", { name: accessibleName, exact: true });
    this.nameButton = button(name);
    this.element = page.getByRole("row").filter({ has: this.nameButton });
    this.activate = button(`Activate ${name}`);
    this.deactivate = button(`Deactivate ${name}`);
    this.more = button(`More actions for ${name}`);
    this.details = page.getByRole("region", { name: `Details of ${name}` });
    this.problem = this.element.getByRole("alert").filter({ hasText: /\S/ });
    this.liveLine = this.details.getByRole("status").filter({ hasText: /first successful call/i });
  }

  async expectStatus(status: "Active" | "Inactive" | "Expired" | "Deleted"): Promise<void> {
    await expect(this.element.getByText(status, { exact: true })).toBeVisible();
  }

  /** Opens the details, if they are not open. */
  async open(): Promise<void> {
    if ((await this.nameButton.getAttribute("aria-expanded")) !== "true") await this.nameButton.click();
    await this.isOpen();
  }

  /** Waits until the details are visible, without opening them. */
  async isOpen(): Promise<void> {
    await expect(this.nameButton).toHaveAttribute("aria-expanded", "true");
    await expect(this.details).toBeVisible();
  }

  async choose(action: "Rename" | "Scopes" | "Token lifetime" | "Delete"): Promise<void> {
    await this.more.click();
    await this.page.getByRole("menuitem", { name: action }).click();
  }

  /** Deactivates the key and confirms it in the dialog. */
  async confirmDeactivation(): Promise<void> {
    await this.deactivate.click();
    const dialog = this.page.getByRole("dialog", { name: `Deactivate ${this.name}?` });
    await dialog.getByRole("button", { name: "Deactivate", exact: true }).click();
    await expect(dialog).toBeHidden();
  }
}
