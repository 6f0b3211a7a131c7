import { SignInPage } from "../pages/entrance.ts";
import { administrator } from "../support/latchkey.ts";
import { expect, test } from "../support/test.ts";

test("a member signs in, and signs out on the server too", async ({ page, latchkey, context }) => {
  const signIn = new SignInPage(page);
  await signIn.open(`${latchkey.url}/access-keys`);
  await expect(page).toHaveURL(/\/sign-in/);
  await signIn.submit(administrator.email.toUpperCase(), administrator.password);
  await expect(page.getByRole("heading", { name: "Access Keys" })).toBeVisible();

  const cookie = (await context.cookies()).find(({ name }) => /^latchkey_session_[0-9A-Za-z]{8}$/.test(name));
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", secure: false, path: "/" });
  latchkey.secrets.add(cookie?.value ?? "");

  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn.isReady();
  const answer = await fetch(`${latchkey.url}/api/session`, {
    method: "POST",
    headers: { Cookie: `${cookie?.name}=${cookie?.value}`, "Content-Type": "application/json" },
  });
  expect(answer.status).toBe(401);
});

test("an unknown address and a wrong password look the same", async ({ page, latchkey }) => {
  const signIn = new SignInPage(page);
  await signIn.open(`${latchkey.url}/sign-in`);
  const messages: (string | null)[] = [];
  for (const email of [administrator.email, "absent@northwind.example"]) {
    await signIn.submit(email, "not the password at all");
    await expect(signIn.problem).toBeVisible();
    messages.push(await signIn.problem.textContent());
    await page.reload();
    await signIn.isReady();
  }
  expect(messages[0]).toBe(messages[1]);
  expect(messages[0]).toMatch(/wrong/);
});

test("a password can be pasted", async ({ page, latchkey, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const signIn = new SignInPage(page);
  await signIn.open(`${latchkey.url}/sign-in`);
  await signIn.field("E-mail address").fill(administrator.email);
  await page.evaluate((text) => navigator.clipboard.writeText(text), administrator.password);
  await signIn.field("Password").focus();
  await page.keyboard.press("Control+V");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Access Keys" })).toBeVisible();
});
