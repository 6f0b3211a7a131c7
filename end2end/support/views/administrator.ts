import { type View, keys, members } from "./view.ts";

/** The views of an administrator when nothing fails. */
export const administratorViews: View[] = [
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
  { name: "key-details", show: async (stage) => {
    const row = (await keys(stage, "api_key")).row("WMS production");
    await row.open();
    await row.details.getByRole("listitem").first().waitFor();
  } },
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
  { name: "secret-dialog-saved", show: async (stage) => {
    const dialog = await (await keys(stage)).create("api_key", "Billing export");
    await dialog.download();
    await dialog.element.getByText("Check that your browser saved").waitFor();
  } },
  { name: "secret-kept", show: async (stage) => {
    const accessKeys = await keys(stage, "api_key");
    const dialog = await accessKeys.create("api_key", "Billing export");
    await dialog.saveAndClose();
    await accessKeys.showAgain.waitFor();
  } },
  { name: "scopes-dialog", show: async (stage) => {
    await stage.script.call("/api/scopes/define", { name: "orders:read", description: "Read orders and their lines" });
    await stage.script.call("/api/scopes/define", { name: "orders:write", description: "Change orders that are not shipped" });
    await (await keys(stage, "api_key")).row("Label printers").choose("Scopes");
    await stage.page.getByRole("checkbox", { name: "orders:write" }).check();
    await stage.page.getByText("New scope").click();
  } },
  { name: "private-key-dialog", show: async (stage) => {
    const accessKeys = await keys(stage);
    const dialog = await accessKeys.startCreating("oauth_client");
    await dialog.getByLabel("Name", { exact: true }).fill("Ledger sync");
    await dialog.getByText("More options").click();
    await dialog.getByRole("radio", { name: "New key pair" }).check();
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await accessKeys.secretDialog("Ledger sync").element.waitFor();
  } },
  { name: "public-key-field", show: async (stage) => {
    const dialog = await (await keys(stage)).startCreating("oauth_client");
    await dialog.getByText("More options").click();
    await dialog.getByRole("radio", { name: "Your own public key" }).check();
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
  { name: "role-dialog", show: async (stage) => {
    await (await members(stage)).startChangingRole("ben@northwind.example", "Administrator");
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
  { name: "menu", onPhone: true, show: async (stage) => {
    await keys(stage);
    await stage.page.getByRole("button", { name: "Menu" }).click();
    await stage.page.getByRole("link", { name: "Members" }).waitFor();
  } },
  { name: "not-found", show: async ({ page, latchkey }) => {
    await page.goto(`${latchkey.url}/no-such-page`);
    await page.getByRole("heading", { level: 1 }).waitFor();
  } },
  // These are last, because their many rows would appear in other views.
  { name: "members-page-2", show: async (stage) => {
    for (let number = 10; number < 63; number++) {
      await stage.script.call("/api/members/invite", { email: `person-${number}@northwind.example`, role: "member" });
    }
    const list = await members(stage);
    await list.pager("invitations").getByRole("button", { name: "Next" }).click();
    await list.pager("invitations").getByRole("button", { name: "Previous" }).waitFor();
    for (let number = 10; number < 63; number++) {
      await stage.script.call("/api/members/withdraw", { email: `person-${number}@northwind.example` });
    }
  } },
  { name: "scopes-dialog-page-2", show: async (stage) => {
    for (let number = 100; number < 160; number++) await stage.script.call("/api/scopes/define", { name: `scope:${number}` });
    await (await keys(stage, "api_key")).row("Label printers").choose("Scopes");
    const pager = stage.page.getByRole("navigation", { name: "Pages of scopes" });
    await pager.getByRole("button", { name: "Next" }).click();
    await pager.getByRole("button", { name: "Previous" }).waitFor();
    for (let number = 100; number < 160; number++) await stage.script.call("/api/scopes/delete", { name: `scope:${number}` });
  } },
];
