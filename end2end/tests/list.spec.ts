import { expect, test } from "../support/test.ts";

test("the tab is in the URL, and Back goes back", async ({ accessKeys, page }) => {
  await accessKeys.choose("api_key");
  await expect(page).toHaveURL(/tab=api-keys/);
  await expect(accessKeys.createButton("api_key")).toBeVisible();
  await page.reload();
  await accessKeys.isReady();
  await expect(accessKeys.tab("api_key")).toHaveAttribute("aria-selected", "true");
  await accessKeys.choose("oauth_client");
  await expect(page).toHaveURL(/tab=oauth-clients/);
  await page.goBack();
  await expect(accessKeys.tab("api_key")).toHaveAttribute("aria-selected", "true");
});

test("each tab lists its own kind", async ({ accessKeys, script }) => {
  await script.createKey("oauth_client", "Client");
  await script.createKey("api_key", "Key");
  await accessKeys.open("oauth_client");
  expect(await accessKeys.names()).toEqual(["Client"]);
  await expect(accessKeys.page.getByRole("columnheader", { name: "Client ID" })).toBeVisible();
  await accessKeys.choose("api_key");
  await expect(accessKeys.row("Key").nameButton).toBeVisible();
  expect(await accessKeys.names()).toEqual(["Key"]);
  await expect(accessKeys.page.getByRole("columnheader", { name: "Key ID" })).toBeVisible();
});

test("an empty tab teaches what to do", async ({ accessKeys, page }) => {
  await expect(page.getByRole("heading", { name: "No OAuth clients yet" })).toBeVisible();
  await page.getByRole("button", { name: "Create your first OAuth client" }).click();
  await expect(accessKeys.createDialog("oauth_client")).toBeVisible();
});

test("search finds a part of the name in any case, and the start of an ID", async ({ accessKeys, script }) => {
  const { key } = await script.createKey("api_key", "Lager SÜD");
  await script.createKey("api_key", "Warehouse north");
  await accessKeys.open("api_key");
  await accessKeys.search.fill("süd");
  await expect(accessKeys.nameButtons()).toHaveText(["Lager SÜD"]);
  await accessKeys.search.fill("HOUSE");
  await expect(accessKeys.nameButtons()).toHaveText(["Warehouse north"]);
  await accessKeys.search.fill(key.id.slice(0, 9));
  await expect(accessKeys.nameButtons()).toHaveText(["Lager SÜD"]);
  await accessKeys.search.fill("100%_");
  await expect(accessKeys.page.getByRole("heading", { name: "No keys match" })).toBeVisible();
  await accessKeys.page.getByRole("button", { name: "Show all keys" }).click();
  await expect(accessKeys.nameButtons()).toHaveText(["Warehouse north", "Lager SÜD"]);
  await expect(accessKeys.search).toHaveValue("");
});

test("the filter shows one status", async ({ accessKeys, script }) => {
  await script.createKey("api_key", "Inactive one");
  await script.createActiveKey("api_key", "Active one");
  const { key } = await script.createKey("api_key", "Deleted one");
  await script.call("/api/access-keys/delete", { id: key.id, name: key.name });
  await script.createKey("api_key", "Expired one", { expires_at: Date.now() + 1500 });
  await expect.poll(async () => (await script.keys("api_key"))[0]?.status).toBe("expired");
  await accessKeys.open("api_key");
  await expect(accessKeys.nameButtons()).toHaveText(["Expired one", "Active one", "Inactive one"]);
  for (const status of ["Active", "Inactive", "Expired", "Deleted"] as const) {
    await accessKeys.filter(status);
    await expect(accessKeys.nameButtons()).toHaveText([`${status} one`]);
    await accessKeys.row(`${status} one`).expectStatus(status);
  }
  await expect(accessKeys.row("Expired one").activate).toBeHidden();
  await accessKeys.filter("All");
  await expect(accessKeys.nameButtons()).toHaveCount(3);
});

test("a long list comes in pages, each key once", async ({ accessKeys, script }) => {
  const names: string[] = [];
  for (let number = 120; number >= 1; number--) {
    const name = `Key ${String(number).padStart(3, "0")}`;
    await script.createKey("api_key", name);
    names.unshift(name);
  }
  await accessKeys.open("api_key");
  await expect(accessKeys.nameButtons()).toHaveCount(50);
  const more = accessKeys.page.getByRole("button", { name: "Load more" });
  await more.click();
  await expect(accessKeys.nameButtons()).toHaveCount(100);
  await script.createKey("api_key", "Made meanwhile");
  await more.click();
  await expect(accessKeys.nameButtons()).toHaveText(names);
  await expect(more).toBeHidden();
});
