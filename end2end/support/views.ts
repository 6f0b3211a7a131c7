import type { BrowserContext, Page } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { InvitationPage, ResetPasswordPage, SetUpPage, SignInPage } from "../pages/entrance.ts";
import { MembersPage } from "../pages/members.ts";
import { type Latchkey, administrator } from "./latchkey.ts";
import { basic, ping } from "./machine.ts";
import { Session } from "./session.ts";

/** A page, tab or dialog as a person can see it, and how to get there. */
export interface View {
  name: string;
  show(stage: Stage): Promise<void>;
}

/** What the views are shown with. */
export interface Stage {
  page: Page;
  latchkey: Latchkey;
  /** The administrator, as a script. */
  script: Session;
}

/** Fills a server with keys and members, so that there is something to look at. */
export async function furnish(latchkey: Latchkey): Promise<void> {
  const script = await Session.signIn(latchkey);
  for (const kind of ["oauth_client", "api_key"] as const) {
    const names = kind === "api_key"
      ? ["Carrier sandbox", "Returns desk, Rotterdam", "Label printers", "Warehouse north, night shift, handheld scanners", "WMS production"]
      : ["Data warehouse export", "Storefront checkout", "Order import", "Partner portal: Süd & Söhne", "ERP connector"];
    const [deleted = "", expired = "", ...others] = names;
    const gone = await script.createKey(kind, deleted);
    await script.call("/api/access-keys/delete", { id: gone.key.id, name: deleted });
    await script.createKey(kind, expired, { expires_at: Date.now() + 1000 });
    for (const [index, name] of others.entries()) {
      const { key, secret } = await (index === 0 ? script.createKey(kind, name) : script.createActiveKey(kind, name));
      if (kind === "api_key" && index === 2) await ping(latchkey, basic(secret));
      else if (index === 1) await script.setStatus(key.id, "inactive").then(() => script.setStatus(key.id, "active"));
    }
  }
  await Session.ofNewMember(script, "ben@northwind.example", "member");
  await Session.ofNewMember(script, "chidi@northwind.example", "administrator");
  await script.call("/api/members/invite", { email: "dora@northwind.example", role: "member" });
}

const keys = async ({ page, latchkey }: Stage, kind?: "oauth_client" | "api_key"): Promise<AccessKeysPage> => {
  const accessKeys = new AccessKeysPage(page, latchkey);
  await accessKeys.open(kind);
  return accessKeys;
};

const members = async ({ page, latchkey }: Stage): Promise<MembersPage> => {
  const list = new MembersPage(page, latchkey.url);
  await list.open();
  return list;
};

/** Views for somebody who is signed in. */
export const insideViews: View[] = [
  { name: "oauth-clients", show: async (stage) => void (await keys(stage, "oauth_client")) },
  { name: "api-keys", show: async (stage) => void (await keys(stage, "api_key")) },
  { name: "deleted-keys", show: async (stage) => {
    const accessKeys = await keys(stage, "api_key");
    await accessKeys.filter("Deleted");
    await accessKeys.row("Carrier sandbox").expectStatus("Deleted");
  } },
  { name: "no-match", show: async (stage) => {
    await (await keys(stage, "api_key")).search.fill("zebra");
    await stage.page.getByRole("heading", { name: "No keys match" }).waitFor();
  } },
  { name: "list-error", show: async (stage) => {
    await stage.page.route("**/api/access-keys/list", (route) => route.abort());
    await stage.page.goto(`${stage.latchkey.url}/access-keys`);
    await stage.page.getByRole("button", { name: "Try again" }).waitFor();
    await stage.page.unroute("**/api/access-keys/list");
  } },
  { name: "key-details", show: async (stage) => (await keys(stage, "api_key")).row("WMS production").open() },
  { name: "key-details-waiting", show: async (stage) => (await keys(stage, "oauth_client")).row("ERP connector").open() },
  { name: "more-menu", show: async (stage) => {
    await (await keys(stage, "api_key")).row("Label printers").more.click();
    await stage.page.getByRole("menuitem", { name: "Delete" }).waitFor();
  } },
  { name: "create-dialog", show: async (stage) => {
    const dialog = await (await keys(stage)).startCreating("oauth_client");
    await dialog.getByText("More options").click();
  } },
  { name: "create-dialog-refusal", show: async (stage) => {
    const dialog = await (await keys(stage)).startCreating("api_key");
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await dialog.getByText("Enter a name.").waitFor();
  } },
  { name: "secret-dialog", show: async (stage) => void (await (await keys(stage)).create("oauth_client", "Billing export")) },
  { name: "secret-dialog-guard", show: async (stage) => {
    const dialog = await (await keys(stage)).create("api_key", "Billing export");
    await dialog.button("Got it").click();
    await dialog.guard.waitFor();
  } },
  { name: "scopes-dialog", show: async (stage) => {
    await stage.script.call("/api/scopes/define", { name: "orders:read", description: "Read orders and their lines" });
    await stage.script.call("/api/scopes/define", { name: "orders:write", description: "Change orders that are not shipped" });
    await (await keys(stage, "api_key")).row("Label printers").choose("Scopes");
    await stage.page.getByRole("checkbox", { name: "orders:write" }).check();
    await stage.page.getByText("Define a scope").click();
  } },
  { name: "private-key-dialog", show: async (stage) => {
    const accessKeys = await keys(stage);
    const dialog = await accessKeys.startCreating("oauth_client");
    await dialog.getByLabel("Name", { exact: true }).fill("Ledger sync");
    await dialog.getByText("More options").click();
    await dialog.getByRole("radio", { name: "Key pair" }).check();
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await accessKeys.secretDialog("Ledger sync").element.waitFor();
  } },
  { name: "public-key-field", show: async (stage) => {
    const dialog = await (await keys(stage)).startCreating("oauth_client");
    await dialog.getByText("More options").click();
    await dialog.getByRole("radio", { name: "Public key of yours" }).check();
    await dialog.getByLabel("Public key", { exact: true }).scrollIntoViewIfNeeded();
  } },
  { name: "token-lifetime-dialog", show: async (stage) => (await keys(stage, "oauth_client")).row("ERP connector").choose("Token lifetime") },
  { name: "rename-dialog", show: async (stage) => (await keys(stage, "api_key")).row("Label printers").choose("Rename") },
  { name: "deactivate-dialog", show: async (stage) => (await keys(stage, "oauth_client")).row("ERP connector").deactivate.click() },
  { name: "delete-dialog", show: async (stage) => (await keys(stage, "api_key")).row("Label printers").choose("Delete") },
  { name: "toast", show: async (stage) => {
    const { key } = await stage.script.createKey("api_key", "Night shift");
    const accessKeys = await keys(stage, "api_key");
    await accessKeys.row("Night shift").activate.click();
    await accessKeys.toast("Night shift").waitFor();
    await stage.script.call("/api/access-keys/delete", { id: key.id, name: key.name });
  } },
  { name: "members", show: async (stage) => void (await members(stage)) },
  { name: "invite-dialog", show: async (stage) => {
    const list = await members(stage);
    await list.page.getByRole("button", { name: "Invite member" }).click();
    await list.dialog("Invite member").waitFor();
  } },
  { name: "invitation-link", show: async (stage) => {
    const list = await members(stage);
    await list.startInviting("eve@northwind.example", "Member");
  } },
  { name: "remove-dialog", show: async (stage) => {
    const list = await members(stage);
    await list.page.getByRole("button", { name: "Remove ben@northwind.example" }).click();
    await list.dialog("Remove ben@northwind.example?").waitFor();
  } },
  { name: "recovery-link", show: async (stage) => void (await (await members(stage)).recoveryLink("ben@northwind.example")) },
  { name: "account", show: async ({ page, latchkey }) => {
    await page.goto(`${latchkey.url}/account`);
    await page.getByRole("button", { name: "Change password" }).waitFor();
  } },
  { name: "not-found", show: async ({ page, latchkey }) => {
    await page.goto(`${latchkey.url}/no-such-page`);
    await page.getByRole("heading", { level: 1 }).waitFor();
  } },
];

/** Views for somebody who is not. */
export const outsideViews: View[] = [
  { name: "sign-in", show: async ({ page, latchkey }) => new SignInPage(page).open(`${latchkey.url}/sign-in`) },
  { name: "sign-in-refused", show: async ({ page, latchkey }) => {
    const signIn = new SignInPage(page);
    await signIn.open(`${latchkey.url}/sign-in`);
    await signIn.submit("nobody@northwind.example", "not the password");
    await signIn.problem.waitFor();
  } },
  { name: "set-up", show: async ({ page, latchkey }) => new SetUpPage(page).open(`${latchkey.url}/set-up#${"x".repeat(43)}`) },
  { name: "invitation", show: async ({ page, script }) => {
    const { link } = await script.call("/api/members/invite", { email: "fay@northwind.example", role: "member" });
    await new InvitationPage(page, administrator.organization).open(link);
  } },
  { name: "invitation-ended", show: async ({ page, latchkey }) => {
    await page.goto(`${latchkey.url}/accept-invitation#${"x".repeat(43)}`);
    await page.getByText(/used or has expired/).first().waitFor();
  } },
  { name: "reset-password", show: async ({ page, latchkey }) =>
    new ResetPasswordPage(page).open(`${latchkey.url}/reset-password#${"x".repeat(43)}`) },
  { name: "api-reference", show: async ({ page, latchkey }) => {
    await page.goto(`${latchkey.url}/docs/api`);
    await page.getByRole("heading", { name: "API reference" }).waitFor();
  } },
];

/** Shows a browser context one view after the other. */
export async function showEach(
  views: View[],
  context: BrowserContext,
  stage: Omit<Stage, "page">,
  look: (page: Page, view: View) => Promise<void>,
): Promise<void> {
  for (const view of views) {
    const page = await context.newPage();
    await view.show({ ...stage, page });
    await look(page, view);
    await page.close({ runBeforeUnload: false });
  }
}
