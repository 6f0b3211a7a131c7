import { basic, ping } from "../support/machine.ts";
import { expect, test } from "../support/test.ts";

test("renaming changes the name and nothing else", async ({ accessKeys, latchkey, script }) => {
  const { key, secret } = await script.createActiveKey("api_key", "Warehose");
  await accessKeys.open("api_key");
  await accessKeys.row("Warehose").choose("Rename");
  const dialog = accessKeys.page.getByRole("dialog", { name: "Rename key" });
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveValue("Warehose");
  await dialog.getByLabel("Name", { exact: true }).fill("Warehouse");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const row = accessKeys.row("Warehouse");
  await row.expectStatus("Active");
  await expect(row.element).toContainText(key.id);
  expect((await ping(latchkey, basic(secret))).status).toBe(200);
});

test("deleting asks for the name; restoring brings the key back inactive", async ({ accessKeys, latchkey, script }) => {
  const { secret } = await script.createActiveKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  const row = accessKeys.row("Warehouse");
  await row.choose("Delete");
  const dialog = accessKeys.page.getByRole("dialog", { name: "Delete Warehouse?" });
  const name = dialog.getByLabel("Type the key's name to confirm");
  await name.fill("warehouse");
  await dialog.getByRole("button", { name: "Delete key" }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  expect((await ping(latchkey, basic(secret))).status).toBe(200);

  await name.fill("Warehouse");
  await dialog.getByRole("button", { name: "Delete key" }).click();
  await expect(dialog).toBeHidden();
  await expect(row.nameButton).toBeHidden();
  expect((await ping(latchkey, basic(secret))).status).toBe(401);

  await accessKeys.filter("Deleted");
  await row.expectStatus("Deleted");
  await accessKeys.page.getByRole("button", { name: "Restore Warehouse" }).click();
  await accessKeys.filter("Current");
  await row.expectStatus("Inactive");
  await row.activate.click();
  await row.expectStatus("Active");
  expect((await ping(latchkey, basic(secret))).status).toBe(200);
});

test("a key with an expiry expires by itself", async ({ accessKeys, latchkey, script }) => {
  const { key, secret } = await script.createKey("api_key", "Short", { expires_at: Date.now() + 2500 });
  await script.setStatus(key.id, "active");
  expect((await ping(latchkey, basic(secret))).status).toBe(200);
  await expect.poll(async () => (await ping(latchkey, basic(secret))).status).toBe(401);
  await accessKeys.open("api_key");
  await accessKeys.row("Short").expectStatus("Expired");
});

test("the expiry is chosen under More options, in the future", async ({ accessKeys, page, script }) => {
  const dialog = await accessKeys.startCreating("api_key");
  await dialog.getByLabel("Name", { exact: true }).fill("Until 2099");
  await dialog.getByText("More options").click();
  const expires = dialog.getByLabel("Expires");
  await expires.fill("2020-01-01T12:00");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(expires).toHaveAttribute("aria-invalid", "true");
  await expires.fill("2099-01-01T12:00");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Save the secret for “Until 2099”" })).toBeVisible();
  const [key] = await script.keys("api_key");
  expect(key).toMatchObject({ expires_at: Date.parse("2099-01-01T12:00+01:00") });
});

test("a change in one window is visible in the other after a reload", async ({ accessKeys, page, script }) => {
  const { key } = await script.createKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  await script.setStatus(key.id, "active");
  await page.reload();
  await accessKeys.isReady();
  await accessKeys.row("Warehouse").expectStatus("Active");
});

test("activating a key that another window has activated is not an error and adds no record", async ({ accessKeys, script }) => {
  const { key } = await script.createKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  await script.setStatus(key.id, "active");
  const row = accessKeys.row("Warehouse");
  await row.expectStatus("Inactive");
  await row.activate.click();
  await row.expectStatus("Active");
  const { history } = await script.call("/api/access-keys/get", { id: key.id });
  expect(history.map(({ action }: { action: string }) => action)).toEqual(["activated", "created"]);
});
