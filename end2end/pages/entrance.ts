import { type Locator, type Page, expect } from "@playwright/test";

/** A page with one form for a visitor who is not signed in: set-up, sign-in, invitation, recovery. */
abstract class Entrance {
  constructor(readonly page: Page) {}

  protected abstract readonly title: string;
  protected abstract readonly buttonName: string;

  get submitButton(): Locator {
    return this.page.getByRole("button", { name: this.buttonName, exact: true });
  }

  get problem(): Locator {
    return this.page.getByRole("alert").filter({ hasText: /\S/ });
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.isReady();
  }

  async isReady(): Promise<void> {
    await expect(this.page.getByRole("heading", { name: this.title, level: 1 })).toBeVisible();
    await expect(this.submitButton).toBeEnabled();
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }
}

export class SetUpPage extends Entrance {
  protected readonly title = "Set up Latchkey";
  protected readonly buttonName = "Create organization";

  async submit(organization: string, email: string, password: string): Promise<void> {
    await this.field("Organization").fill(organization);
    await this.field("E-mail address").fill(email);
    await this.field("Password").fill(password);
    await this.submitButton.click();
  }
}

export class SignInPage extends Entrance {
  protected readonly title = "Sign in";
  protected readonly buttonName = "Sign in";

  async submit(email: string, password: string): Promise<void> {
    await this.field("E-mail address").fill(email);
    await this.field("Password").fill(password);
    await this.submitButton.click();
  }
}

export class InvitationPage extends Entrance {
  protected readonly buttonName = "Join";
  protected readonly title: string;

  constructor(page: Page, organization: string) {
    super(page);
    this.title = `Join ${organization}`;
  }

  async submit(password: string): Promise<void> {
    await this.field("Password").fill(password);
    await this.submitButton.click();
  }
}

export class ResetPasswordPage extends Entrance {
  protected readonly title = "Choose a new password";
  protected readonly buttonName = "Change password";

  async submit(password: string): Promise<void> {
    await this.field("New password").fill(password);
    await this.submitButton.click();
  }
}
