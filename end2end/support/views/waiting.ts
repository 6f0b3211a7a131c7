import type { Locator } from "@playwright/test";
import { type Stage, type View, keys, members } from "./view.ts";

/** Creates a key, but drops the answer. */
async function createWithoutAnswer(stage: Stage): Promise<Locator> {
  const accessKeys = await keys(stage, "api_key");
  await stage.page.route("**/api/access-keys/create", async (route) => {
    const answer = await route.fetch();
    stage.latchkey.secrets.add((await answer.json()).secret);
    await route.abort();
  }, { times: 1 });
  const dialog = await accessKeys.startCreating("api_key");
  await dialog.getByLabel("Name", { exact: true }).fill("Returns app");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await dialog.getByText("could not reach Latchkey").waitFor();
  return dialog;
}

/** Opens a page while one of its calls fails. */
async function openWithout(call: string, { page, latchkey }: Stage, path: string): Promise<void> {
  await page.route(`**/api/${call}`, (route) => route.abort());
  await page.goto(latchkey.url + path);
  await page.getByRole("button", { name: "Try again" }).first().waitFor();
}

/** The views of an administrator when a list is empty, while something loads, and after something has failed. */
export const waitingViews: View[] = [
  { name: "empty-oauth-clients", show: async (stage) => {
    await stage.page.route("**/api/access-keys/list", (route) => route.fulfill({ json: { keys: [] } }));
    await keys(stage, "oauth_client");
    await stage.page.getByRole("heading", { name: "No OAuth clients yet" }).waitFor();
  } },
  { name: "empty-api-keys", show: async (stage) => {
    await stage.page.route("**/api/access-keys/list", (route) => route.fulfill({ json: { keys: [] } }));
    await keys(stage, "api_key");
    await stage.page.getByRole("heading", { name: "No API keys yet" }).waitFor();
  } },
  { name: "loading", show: async ({ page, latchkey }) => {
    await page.route("**/api/**", () => undefined);
    await page.goto(`${latchkey.url}/access-keys`);
    await page.locator("main .skeleton").first().waitFor();
  } },
  { name: "loading-members", show: async ({ page, latchkey }) => {
    await page.route("**/api/members/list", () => undefined);
    await page.goto(`${latchkey.url}/members`);
    await page.locator("main .skeleton").first().waitFor();
  } },
  { name: "loading-history", show: async (stage) => {
    const accessKeys = await keys(stage, "api_key");
    await stage.page.route("**/api/access-keys/get", () => undefined);
    await accessKeys.row("WMS production").open();
    await stage.page.getByText("Loading the history…").waitFor();
  } },
  { name: "list-error", show: (stage) => openWithout("access-keys/list", stage, "/access-keys") },
  { name: "members-error", show: (stage) => openWithout("members/list", stage, "/members") },
  { name: "session-error", show: (stage) => openWithout("session", stage, "/access-keys") },
  { name: "history-error", show: async (stage) => {
    const accessKeys = await keys(stage, "api_key");
    await stage.page.route("**/api/access-keys/get", (route) => route.abort());
    await accessKeys.row("WMS production").open();
    await stage.page.getByText("Couldn't load the history").waitFor();
  } },
  { name: "part-not-loaded", logs: /Failed to fetch/, show: async (stage) => {
    const accessKeys = await keys(stage, "api_key");
    await stage.page.route("**/pkg/split_*.wasm", (route) => route.abort());
    await accessKeys.row("WMS production").nameButton.click();
    await stage.page.getByText("Couldn't load this section").waitFor();
  } },
  { name: "create-dialog-unreachable", show: async (stage) => void (await createWithoutAnswer(stage)) },
  { name: "create-dialog-lost-secret", show: async (stage) => {
    const dialog = await createWithoutAnswer(stage);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await dialog.getByText("its secret was lost").waitFor();
  } },
  { name: "lost-secret-note", show: async (stage) => {
    await (await createWithoutAnswer(stage)).getByRole("button", { name: "Cancel" }).click();
    await stage.page.getByText("its secret is lost").waitFor();
  } },
  { name: "row-of-a-failure", show: async (stage) => {
    const accessKeys = await keys(stage, "api_key");
    await stage.page.route("**/api/access-keys/set-status", (route) => route.abort());
    await accessKeys.row("Label printers").activate.click();
    await accessKeys.row("Label printers").problem.waitFor();
  } },
  { name: "search-unreachable", show: async (stage) => {
    const accessKeys = await keys(stage, "api_key");
    await accessKeys.row("WMS production").open();
    await stage.page.route("**/api/**", (route) => route.abort());
    await accessKeys.search.fill("label");
    await accessKeys.banner.getByText("Latchkey cannot be reached").waitFor();
    await accessKeys.staleNote.first().waitFor();
  } },
  { name: "search-refused", show: async (stage) => {
    const accessKeys = await keys(stage, "api_key");
    await stage.page.route("**/api/access-keys/list", (route) => route.fulfill({ status: 500, json: {
      type: "urn:latchkey:problem:internal", title: "Something went wrong", status: 500, detail: "Something went wrong.",
    } }));
    await accessKeys.search.fill("label");
    await accessKeys.staleNote.first().waitFor();
  } },
  { name: "session-ended-over-a-secret", show: async (stage) => {
    const accessKeys = await keys(stage, "oauth_client");
    await accessKeys.create("oauth_client", "Night export");
    await stage.page.route("**/api/sign-out", (route) => route.fulfill({ json: {} }));
    await stage.page.getByRole("button", { name: "Sign out", includeHidden: true }).dispatchEvent("click");
    await stage.page.getByRole("alert").filter({ hasText: "You've been signed out" }).last().waitFor();
  } },
  { name: "create-dialog-not-loaded", logs: /Failed to fetch/, show: async (stage) => {
    const accessKeys = await keys(stage, "api_key");
    await stage.page.route("**/pkg/split_*.wasm", (route) => route.abort());
    await accessKeys.createButton("api_key").click();
    await accessKeys.createDialog("api_key").getByRole("alert").waitFor();
  } },
  { name: "remove-dialog-refusal", show: async (stage) => {
    const list = await members(stage);
    await stage.page.route("**/api/members/remove", (route) => route.abort());
    await list.remove("ben@northwind.example");
    await list.dialog("Remove ben@northwind.example?").getByRole("alert").filter({ hasText: /\S/ }).waitFor();
  } },
];
