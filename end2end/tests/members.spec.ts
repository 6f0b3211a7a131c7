import { AccessKeysPage } from "../pages/access-keys.ts";
import { InvitationPage, ResetPasswordPage, SignInPage } from "../pages/entrance.ts";
import { MembersPage } from "../pages/members.ts";
import { type Latchkey, administrator } from "../support/latchkey.ts";
import { Session, passwordOf } from "../support/session.ts";
import { enter, expect, test } from "../support/test.ts";

const ben = "ben@northwind.example";

test("an administrator invites a member, who joins by the link, which works once", async ({ accessKeys, browser, latchkey }) => {
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  const link = await members.invite(ben, "Member");
  latchkey.secrets.add(new URL(link).hash.slice(1)).add(passwordOf(ben));

  const context = await browser.newContext();
  const page = await context.newPage();
  const invitation = new InvitationPage(page, administrator.organization);
  await invitation.open(link);
  await expect(page.getByText(ben).first()).toBeVisible();
  await invitation.submit("short");
  await expect(invitation.field("Password")).toHaveAttribute("aria-invalid", "true");
  await invitation.submit(passwordOf(ben));
  await new AccessKeysPage(page, latchkey).isReady();
  await context.clearCookies();
  await page.goto(link);
  await expect(page.getByText(/used or has expired/).first()).toBeVisible();
  await context.close();

  await members.open();
  await expect(members.row(ben)).toBeVisible();
});

test("a member sees the keys and can change nothing, on the page or the server", async ({ script, browser, latchkey }) => {
  const { key, secret } = await script.createKey("api_key", "Warehouse");
  const member = await Session.ofNewMember(script, ben, "member");
  const context = await browser.newContext();
  await enter(context, member);
  const accessKeys = new AccessKeysPage(await context.newPage(), latchkey);
  await accessKeys.open("api_key");
  const row = accessKeys.row("Warehouse");
  await row.expectStatus("Inactive");
  for (const control of [accessKeys.createButton("api_key"), row.activate, row.more]) await expect(control).toBeHidden();
  await row.open();
  await expect(row.details).toContainText("Created");
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  await expect(accessKeys.page.getByRole("button", { name: "Invite member" })).toBeHidden();
  await expect(accessKeys.page.getByRole("button", { name: /^Remove/ })).toHaveCount(0);
  await context.close();

  const memberId = (await script.call("/api/members/list")).members[0].id;
  const refused: [string, object][] = [
    ["/api/access-keys/create", { kind: "api_key", name: "x" }],
    ["/api/access-keys/rename", { id: key.id, name: "x" }],
    ["/api/access-keys/set-status", { id: key.id, status: "active" }],
    ["/api/access-keys/delete", { id: key.id, name: key.name }],
    ["/api/access-keys/restore", { id: key.id }],
    ["/api/access-keys/validate", { id: key.id, secret }],
    ["/api/members/invite", { email: "eve@northwind.example", role: "member" }],
    ["/api/members/set-role", { id: memberId, role: "member" }],
    ["/api/members/remove", { id: memberId }],
    ["/api/members/recovery-link", { id: memberId }],
  ];
  for (const [path, body] of refused) {
    expect((await member.answer(path, body)).status, path).toBe(403);
  }
  expect((await script.keys("api_key")).map(({ name, status }) => [name, status])).toEqual([["Warehouse", "inactive"]]);
});

test("a changed role applies at once", async ({ accessKeys, script, latchkey }) => {
  const member = await Session.ofNewMember(script, ben, "member");
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  await members.changeRole(ben, "Administrator");
  await expect.poll(async () => (await member.answer("/api/access-keys/create", { kind: "api_key", name: "x" })).status).toBe(200);
  await expect(members.role(ben)).toHaveValue("administrator");
});

for (const key of ["a", "ArrowUp", "Home"]) {
  test(`the key ${key} in the list of roles only opens a question, and the list keeps the current role`, async ({ accessKeys, page, script, latchkey }) => {
    await Session.ofNewMember(script, ben, "member");
    const changes: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/api/members/set-role")) changes.push(request.url());
    });
    const members = new MembersPage(accessKeys.page, latchkey.url);
    await members.open();
    await members.role(ben).focus();
    await page.keyboard.press(key);
    const question = members.roleDialog(ben, "Administrator");
    await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
    await expect(members.role(ben)).toHaveValue("member");
    await page.keyboard.press("Escape");
    await expect(question).toBeHidden();
    await expect(members.role(ben)).toHaveValue("member");
    await expect(members.role(ben)).toBeFocused();
    expect(changes).toEqual([]);
    const listed = (await script.call("/api/members/list")).members;
    expect(listed.find(({ email }: { email: string }) => email === ben).role).toBe("member");
  });
}

test("a change of role that fails says so in its dialog", async ({ accessKeys, page, script, latchkey }) => {
  await Session.ofNewMember(script, ben, "member");
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  await page.route("**/api/members/set-role", (route) => route.abort());
  await members.changeRole(ben, "Administrator");
  await expect(members.roleDialog(ben, "Administrator").getByRole("alert")).toContainText("could not reach Latchkey");
});

test("one press does not lose a link that was not copied; after Copy the dialog closes", async ({ accessKeys, context, page, script, latchkey }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await Session.ofNewMember(script, ben, "member");
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  for (const [title, link] of [
    ["Invite member", () => members.startInviting("eve@northwind.example", "Member")],
    [`Reset password of ${ben}`, () => members.recoveryLink(ben)],
  ] as const) {
    latchkey.secrets.add(new URL(await link()).hash.slice(1));
    const dialog = members.dialog(title);
    await page.keyboard.press("Escape");
    await expect(dialog.getByText("You have not copied this link")).toBeVisible();
    await dialog.getByRole("button", { name: "Back to the link" }).click();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog.getByText("You have not copied this link")).toBeVisible();
    await dialog.getByRole("button", { name: "Back to the link" }).click();
    await dialog.getByRole("button", { name: "Copy link" }).click();
    await expect(dialog.getByText("Copied.")).toBeAttached();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog).toBeHidden();
  }
});

test("the page keeps showing a link when the session ends", async ({ accessKeys, page, script, latchkey }) => {
  await Session.ofNewMember(script, ben, "member");
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  const link = await members.recoveryLink(ben);
  latchkey.secrets.add(new URL(link).hash.slice(1));
  const dialog = members.dialog(`Reset password of ${ben}`);
  // As if it had been pressed just before the link arrived.
  await page.getByRole("button", { name: "Sign out", includeHidden: true }).dispatchEvent("click");
  await expect(dialog.getByRole("alert").filter({ hasText: "You've been signed out" })).toBeVisible();
  await page.goBack();
  await expect(dialog.getByText("You have not copied this link")).toBeVisible();
  await dialog.getByRole("button", { name: "Back to the link" }).click();
  await expect(page.getByLabel("Recovery link", { exact: true })).toHaveValue(link);
});

test("a removed member loses access at once", async ({ accessKeys, script, latchkey }) => {
  const member = await Session.ofNewMember(script, ben, "member");
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  await members.remove(ben);
  await expect(members.row(ben)).toBeHidden();
  expect((await member.answer("/api/session")).status).toBe(401);
});

test("the last administrator can be neither demoted nor removed", async ({ accessKeys, script, latchkey }) => {
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  await expect(members.row(administrator.email)).toBeVisible();
  const { id } = (await script.call("/api/members/list")).members[0];
  for (const [path, body] of [["/api/members/set-role", { id, role: "member" }], ["/api/members/remove", { id }]] as const) {
    expect((await script.answer(path, body)).status, path).toBe(409);
  }
  expect((await script.call("/api/session")).role).toBe("administrator");
});

test("the console says that the last administrator must stay, and leaves things as they are", async ({ accessKeys: _, page, script, latchkey }) => {
  const members = new MembersPage(page, latchkey.url);
  await members.open();
  await members.changeRole(administrator.email, "Member");
  const question = members.roleDialog(administrator.email, "Member");
  await expect(question.getByRole("alert")).toContainText("only administrator");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(members.role(administrator.email)).toHaveValue("administrator");
  await expect(members.role(administrator.email)).toBeEnabled();

  await members.remove(administrator.email);
  const dialog = members.dialog(`Remove ${administrator.email}?`);
  await expect(dialog.getByRole("alert")).toContainText("only administrator");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await expect(members.row(administrator.email)).toBeVisible();
  expect((await script.call("/api/session")).role).toBe("administrator");
});

test("the console of an administrator who steps down is read-only at once", async ({ accessKeys, page, script, latchkey }) => {
  await script.createKey("oauth_client", "Order import");
  await Session.ofNewMember(script, ben, "administrator");
  const members = new MembersPage(page, latchkey.url);
  await members.open();
  let loads = 0;
  page.on("load", () => loads++);
  await members.changeRole(administrator.email, "Member");
  await expect(page.getByText("Only administrators can change members.")).toBeVisible();
  await expect(page.getByRole("complementary")).toContainText("Member");
  await expect(page.getByRole("complementary")).not.toContainText("Administrator");
  for (const control of [/^Invite member/, /^Remove/, /^Reset password/]) {
    await expect(page.getByRole("button", { name: control })).toHaveCount(0);
  }
  await expect(page.getByRole("combobox")).toHaveCount(0);

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Access Keys" }).click();
  await accessKeys.isReady();
  await expect(page.getByText("Only administrators can change access keys.")).toBeVisible();
  const row = accessKeys.row("Order import");
  for (const control of [accessKeys.createButton("oauth_client"), row.activate, row.more]) await expect(control).toBeHidden();
  expect(loads, "reloads").toBe(0);
});

test("a cancelled invitation's link no longer works", async ({ accessKeys, browser, page, script, latchkey }) => {
  const links: Record<string, string> = {};
  for (const email of [ben, "eve@northwind.example"]) {
    links[email] = (await script.call("/api/members/invite", { email, role: "member" })).link;
    latchkey.secrets.add(new URL(links[email] ?? "").hash.slice(1));
  }
  const members = new MembersPage(page, latchkey.url);
  await members.open();
  await members.withdraw(ben).click();
  await expect(members.withdraw(ben)).toBeHidden();
  await expect(members.withdraw("eve@northwind.example")).toBeVisible();
  await expect(accessKeys.toast(ben)).toBeVisible();
  const { invitations } = await script.call("/api/members/list-invitations");
  expect(invitations.map(({ email }: { email: string }) => email)).toEqual(["eve@northwind.example"]);

  const context = await browser.newContext();
  const invited = await context.newPage();
  await invited.goto(links[ben] ?? "");
  await expect(invited.getByText(/used or has expired/).first()).toBeVisible();
  await new InvitationPage(invited, administrator.organization).open(links["eve@northwind.example"] ?? "");
  await context.close();
});

test("many invitations come page by page, and an emptied page is replaced by the one before", async ({ accessKeys, page, script, latchkey }) => {
  await inviteMany(script, latchkey);
  const members = new MembersPage(page, latchkey.url);
  await members.open();
  const pager = members.pager("invitations");
  await expect(members.invitations).toHaveCount(50);
  await expect(pager.getByRole("button", { name: "Previous" })).toHaveCount(0);

  await pager.getByRole("button", { name: "Next" }).press("Enter");
  await expect(members.invitations).toHaveText([/^person-60@northwind\.example/]);
  await expect(page.getByRole("heading", { name: "Pending invitations" })).toBeFocused();
  await expect(pager.getByRole("status")).toHaveText("Page 2");
  await expect(pager.getByRole("button", { name: "Next" })).toHaveCount(0);

  await members.withdraw("person-60@northwind.example").click();
  await expect(members.invitations).toHaveCount(50);
  await expect(pager).toHaveCount(0);
  await expect(accessKeys.toast("person-60@northwind.example")).toBeVisible();
});

test("on a phone a page of invitations begins below the bar", async ({ accessKeys, page, script, latchkey }) => {
  await inviteMany(script, latchkey);
  await page.setViewportSize({ width: 375, height: 812 });
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  await members.pager("invitations").getByRole("button", { name: "Next" }).click();
  const heading = page.getByRole("heading", { name: "Pending invitations" });
  await expect(heading).toBeFocused();
  const bar = await page.getByRole("banner").boundingBox();
  expect((await heading.boundingBox())?.y).toBeGreaterThan((bar?.y ?? 0) + (bar?.height ?? 0));
});

test("if a page of invitations fails to load, the current one stays", async ({ accessKeys, page, script, latchkey }) => {
  await inviteMany(script, latchkey);
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  await page.route("**/api/members/list-invitations", (route) => route.abort());
  await members.pager("invitations").getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "could not reach Latchkey" })).toBeVisible();
  await expect(members.invitations).toHaveCount(50);
  await page.unroute("**/api/members/list-invitations");
  await members.pager("invitations").getByRole("button", { name: "Next" }).click();
  await expect(members.invitations).toHaveCount(1);
  await expect(page.getByRole("alert").filter({ hasText: "could not reach Latchkey" })).toHaveCount(0);
});

test("a recovery link gives a member a new password and ends the old sessions", async ({ accessKeys, script, latchkey, browser }) => {
  const member = await Session.ofNewMember(script, ben, "member");
  const members = new MembersPage(accessKeys.page, latchkey.url);
  await members.open();
  const link = await members.recoveryLink(ben);
  latchkey.secrets.add(new URL(link).hash.slice(1)).add("a whole new otter song");

  const context = await browser.newContext();
  const page = await context.newPage();
  const reset = new ResetPasswordPage(page);
  await reset.open(link);
  await reset.submit("a whole new otter song");
  await new AccessKeysPage(page, latchkey).isReady();
  expect((await member.answer("/api/session")).status).toBe(401);
  await context.clearCookies();
  const signIn = new SignInPage(page);
  await signIn.open(`${latchkey.url}/sign-in`);
  await signIn.submit(ben, "a whole new otter song");
  await new AccessKeysPage(page, latchkey).isReady();
  await context.close();
});

/** One more than a page has. */
async function inviteMany(script: Session, latchkey: Latchkey): Promise<void> {
  for (let number = 10; number < 61; number++) {
    const { link } = await script.call("/api/members/invite", { email: `person-${number}@northwind.example`, role: "member" });
    latchkey.secrets.add(new URL(link).hash.slice(1));
  }
}
