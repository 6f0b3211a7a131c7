import { InvitationPage, ResetPasswordPage, SetUpPage, SignInPage } from "../../pages/entrance.ts";
import { administrator } from "../latchkey.ts";
import type { View } from "./view.ts";

/** The views of a visitor who is not signed in. */
export const outsideViews: View[] = [
  { name: "sign-in", show: async ({ page, latchkey }) => new SignInPage(page).open(`${latchkey.url}/sign-in`) },
  { name: "sign-in-refused", show: async ({ page, latchkey }) => {
    const signIn = new SignInPage(page);
    await signIn.open(`${latchkey.url}/sign-in`);
    await signIn.submit("absent@northwind.example", "not the password");
    await signIn.problem.waitFor();
  } },
  { name: "sign-in-session-ended", show: async ({ page, latchkey }) => {
    await new SignInPage(page).open(`${latchkey.url}/sign-in?next=%2Fmembers&ended=true`);
    await page.getByText("You've been signed out").waitFor();
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
  { name: "set-up-without-link", show: async ({ page, latchkey }) => {
    await new SetUpPage(page).open(`${latchkey.url}/set-up`);
    await page.getByText("You need the one-time link").waitFor();
  } },
  { name: "reset-password-without-link", show: async ({ page, latchkey }) => {
    await new ResetPasswordPage(page).open(`${latchkey.url}/reset-password`);
    await page.getByText("You need a recovery link").waitFor();
  } },
  { name: "invitation-without-link", show: async ({ page, latchkey }) => {
    await page.goto(`${latchkey.url}/accept-invitation`);
    await page.getByRole("button", { name: "Try again" }).waitFor();
  } },
  { name: "form-not-loaded", logs: /Failed to fetch/, show: async ({ page, latchkey }) => {
    await page.route("**/pkg/split_*.wasm", (route) => route.abort());
    await page.goto(`${latchkey.url}/set-up#${"x".repeat(43)}`);
    await page.getByText("Couldn't load this section").waitFor();
  } },
  { name: "api-reference", show: async ({ page, latchkey }) => {
    await page.goto(`${latchkey.url}/docs/api`);
    await page.getByRole("heading", { name: "API reference" }).waitFor();
  } },
];
