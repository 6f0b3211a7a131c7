// The steps of "Creating API Credentials", in its order, for both kinds of key.
import { accessToken, basic, bearer, ping, requestToken } from "../support/machine.ts";
import { expect, test } from "../support/test.ts";
import { tracesOf } from "../support/traces.ts";

test("the page opens on the tab OAuth Clients, from the menu", async ({ accessKeys, page }) => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Members" }).click();
  await expect(page.getByRole("heading", { name: "Members", level: 1 })).toBeVisible();
  const menu = page.getByRole("navigation", { name: "Main" });
  await expect(menu.getByRole("heading", { name: "Configure" })).toBeVisible();
  await menu.getByRole("link", { name: "Access Keys" }).click();
  await accessKeys.isReady();
  await expect(accessKeys.tab("oauth_client")).toHaveAttribute("aria-selected", "true");
  await expect(accessKeys.tab("api_key")).toHaveAttribute("aria-selected", "false");
});

test("an API key: create, download, Got it, activate, validate, deactivate", async ({ accessKeys, latchkey, page }) => {
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { id, secret } = await dialog.saveAndClose();
  await expect(page).toHaveURL(/tab=api-keys/);
  const row = accessKeys.row("Warehouse");
  await row.expectStatus("Inactive");
  await expect(row.element).toContainText(id);
  expect(await tracesOf(page, secret)).toEqual([]);
  expect((await ping(latchkey, basic(secret))).status).toBe(401);

  await row.activate.click();
  await row.expectStatus("Active");
  for (const authorization of [basic(secret), bearer(secret)]) {
    const answer = await ping(latchkey, authorization);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ info: "pong", status: 1 });
  }

  await row.confirmDeactivation();
  await row.expectStatus("Inactive");
  for (const authorization of [basic(secret), bearer(secret)]) {
    expect((await ping(latchkey, authorization)).status).toBe(401);
  }
});

test("an OAuth client: create, download, Got it, activate, validate, deactivate", async ({ accessKeys, latchkey, page }) => {
  const dialog = await accessKeys.create("oauth_client", "Order import");
  const { id, secret } = await dialog.saveAndClose();
  const row = accessKeys.row("Order import");
  await row.expectStatus("Inactive");
  expect((await requestToken(latchkey, id, secret)).status).toBe(401);

  await row.activate.click();
  await row.expectStatus("Active");
  const token = await accessToken(latchkey, id, secret);
  expect((await ping(latchkey, bearer(token))).status).toBe(200);
  expect((await ping(latchkey, bearer(secret))).status, "the client secret itself").toBe(401);

  await row.deactivate.click();
  const question = page.getByRole("dialog", { name: "Deactivate Order import?" });
  await expect(question).toContainText(/token/);
  await question.getByRole("button", { name: "Cancel" }).click();
  await row.expectStatus("Active");
  await row.confirmDeactivation();
  expect((await ping(latchkey, bearer(token))).status).toBe(401);
  expect((await requestToken(latchkey, id, secret)).status).toBe(401);

  await row.activate.click();
  await row.expectStatus("Active");
  expect((await ping(latchkey, bearer(token))).status, "an old token after reactivation").toBe(401);
  expect((await ping(latchkey, bearer(await accessToken(latchkey, id, secret)))).status).toBe(200);
});

test("several keys are listed newest first", async ({ accessKeys }) => {
  for (const name of ["First", "Second", "Third"]) {
    const dialog = await accessKeys.create("api_key", name);
    await dialog.saveAndClose();
  }
  expect(await accessKeys.names()).toEqual(["Third", "Second", "First"]);
});

test("all bad credentials get the same answer at one endpoint", async ({ latchkey, script }) => {
  const inactive = await script.createKey("api_key", "Inactive");
  const active = await script.createActiveKey("api_key", "Active");
  const deleted = await script.createActiveKey("api_key", "Deleted");
  await script.call("/api/access-keys/delete", { id: deleted.key.id, name: "Deleted" });
  const wrong = active.secret.slice(0, -1) + (active.secret.endsWith("0") ? "1" : "0");
  const answers = await Promise.all(
    // Basic with an empty user and password presents no credential.
    [inactive.secret, deleted.secret, wrong, "nonsense"].map(async (secret) => {
      const answer = await ping(latchkey, basic(secret));
      const headers = [...answer.headers].filter(([name]) => name !== "date");
      return JSON.stringify([answer.status, headers, await answer.text()]);
    }),
  );
  expect(answers[0]).toContain("401");
  expect(new Set(answers).size).toBe(1);
});
