import { type Locator, type Page, expect } from "@playwright/test";

/** Configure > Members. */
export class MembersPage {
  constructor(
    readonly page: Page,
    readonly url: string,
  ) {}

  async open(): Promise<void> {
    await this.page.goto(`${this.url}/members`);
    await expect(this.page.getByRole("heading", { name: "Members", level: 1 })).toBeVisible();
    await expect(this.page.getByRole("button", { name: "Sign out", includeHidden: true })).toBeEnabled();
    await expect(this.page.locator("main").locator("[aria-busy=true], .skeleton")).toHaveCount(0);
  }

  dialog(name: string): Locator {
    return this.page.getByRole("dialog", { name });
  }

  row(email: string): Locator {
    return this.page.getByRole("row").filter({ hasText: email });
  }

  /** The invitations on the page. */
  get invitations(): Locator {
    return this.page.getByRole("region", { name: "Pending invitations" }).getByRole("listitem");
  }

  /** The buttons that turn the pages of a list. */
  pager(of: "members" | "invitations"): Locator {
    return this.page.getByRole("navigation", { name: `Pages of ${of}` });
  }

  role(email: string): Locator {
    return this.page.getByLabel(`Role of ${email}`);
  }

  /** Chooses another role for a member, and confirms it. */
  async changeRole(email: string, role: "Administrator" | "Member"): Promise<void> {
    const dialog = await this.startChangingRole(email, role);
    await dialog.getByRole("button", { name: role === "Administrator" ? "Make administrator" : "Make member" }).click();
  }

  /** Chooses another role for a member, up to the dialog that asks for confirmation. */
  async startChangingRole(email: string, role: "Administrator" | "Member"): Promise<Locator> {
    await this.role(email).selectOption({ label: role });
    const dialog = this.roleDialog(email, role);
    await expect(dialog).toBeVisible();
    return dialog;
  }

  roleDialog(email: string, role: "Administrator" | "Member"): Locator {
    return this.dialog(`Make ${email} ${role === "Administrator" ? "an administrator" : "a member"}?`);
  }

  /** Invites a member, up to the dialog that shows the one-time link, and returns the link. */
  async startInviting(email: string, role: "Administrator" | "Member"): Promise<string> {
    await this.page.getByRole("button", { name: "Invite member" }).click();
    const dialog = this.dialog("Invite member");
    await dialog.getByLabel("E-mail address").fill(email);
    await chooseRole(dialog, role);
    await dialog.getByRole("button", { name: "Create invitation link" }).click();
    return this.page.getByLabel("Invitation link", { exact: true }).inputValue();
  }

  async invite(email: string, role: "Administrator" | "Member"): Promise<string> {
    const link = await this.startInviting(email, role);
    await this.page.getByRole("button", { name: "Done" }).click();
    await this.page.getByRole("button", { name: "Close without copying" }).click();
    return link;
  }

  /** The button that withdraws a pending invitation. */
  withdraw(email: string): Locator {
    return this.page.getByRole("button", { name: `Cancel invitation of ${email}`, exact: true });
  }

  async remove(email: string): Promise<void> {
    await this.page.getByRole("button", { name: `Remove ${email}` }).click();
    await this.dialog(`Remove ${email}?`).getByRole("button", { name: "Remove", exact: true }).click();
  }

  async recoveryLink(email: string): Promise<string> {
    await this.page.getByRole("button", { name: `Reset password of ${email}` }).click();
    return this.page.getByLabel("Recovery link", { exact: true }).inputValue();
  }
}

async function chooseRole(dialog: Locator, role: string): Promise<void> {
  const choice = dialog.getByRole("radio", { name: role });
  if ((await choice.count()) > 0) await choice.check();
  else await dialog.getByLabel("Role").selectOption({ label: role });
}
