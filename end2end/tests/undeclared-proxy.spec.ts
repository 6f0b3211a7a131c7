import { AccessKeysPage } from "../pages/access-keys.ts";
import { Session } from "../support/session.ts";
import { enter, expect, test } from "../support/test.ts";

test("an administrator sees a notice about an undeclared proxy, and a member does not", async ({ accessKeys, browser, script, latchkey }) => {
  const notice = (page = accessKeys.page) => page.getByRole("status").filter({ hasText: "LATCHKEY_TRUSTED_PROXIES" });
  await expect(notice()).toHaveCount(0);
  await fetch(`${latchkey.url}/readyz`, { headers: { "X-Forwarded-For": "192.0.2.77" } });
  await accessKeys.open();
  await expect(notice()).toContainText("127.0.0.1");
  await expect(notice()).not.toContainText("192.0.2.77");
  await notice().getByRole("button", { name: "Dismiss" }).click();
  await expect(notice()).toHaveCount(0);
  await accessKeys.page.reload();
  await accessKeys.isReady();
  await expect(notice(), "it is still so").toBeVisible();

  const context = await browser.newContext();
  await enter(context, await Session.ofNewMember(script, "ben@northwind.example", "member"));
  const member = new AccessKeysPage(await context.newPage(), latchkey);
  await member.open();
  await expect(notice(member.page)).toHaveCount(0);
  await context.close();
});
