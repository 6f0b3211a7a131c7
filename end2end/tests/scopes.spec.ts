import { basic, verify } from "../support/machine.ts";
import { expect, test } from "../support/test.ts";

/** Scopes: defined, set and removed in the browser, and required by a gateway. */

test("a scope is defined, set on a key, required, and removed", async ({ accessKeys, latchkey, script, page }) => {
  const { secret } = await script.createActiveKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  const row = accessKeys.row("Warehouse");
  expect(await verify(latchkey, basic(secret), "orders:read")).toBe(403);

  await row.choose("Scopes");
  const dialog = page.getByRole("dialog", { name: "Scopes of Warehouse" });
  await expect(dialog.getByRole("checkbox", { name: "tokens:introspect" })).not.toBeChecked();
  await dialog.getByText("New scope").click();
  await dialog.getByLabel("Scope", { exact: true }).fill("orders read");
  await dialog.getByRole("button", { name: "Add scope", exact: true }).click();
  await expect(dialog.getByLabel("Scope", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Scope", { exact: true }).fill("orders:read");
  await dialog.getByLabel("Description", { exact: true }).fill("Read orders");
  await dialog.getByRole("button", { name: "Add scope", exact: true }).click();
  await expect(dialog.getByRole("checkbox", { name: "orders:read" })).toBeChecked();
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  expect(await verify(latchkey, basic(secret), "orders:read")).toBe(200);

  await row.open();
  await expect(row.details).toContainText("orders:read");
  await row.choose("Scopes");
  await dialog.getByRole("button", { name: "Delete the scope orders:read" }).click();
  await expect(dialog.getByRole("alert").filter({ hasText: /\S/ })).toContainText("orders:read is used by one key");
  await dialog.getByRole("checkbox", { name: "orders:read" }).uncheck();
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  expect(await verify(latchkey, basic(secret), "orders:read")).toBe(403);
  await expect(row.details.getByText("Scopes changed").first()).toBeVisible();

  await row.choose("Scopes");
  await dialog.getByRole("button", { name: "Delete the scope orders:read" }).click();
  await expect(dialog.getByRole("checkbox", { name: "orders:read" })).toHaveCount(0);
});

test("many scopes come page by page, and a choice on one page is kept on the next", async ({ accessKeys, script, page }) => {
  await script.createActiveKey("api_key", "Warehouse");
  for (let number = 10; number < 65; number++) await script.call("/api/scopes/define", { name: `scope:${number}` });
  await accessKeys.open("api_key");
  await accessKeys.row("Warehouse").choose("Scopes");
  const dialog = page.getByRole("dialog", { name: "Scopes of Warehouse" });
  const choices = dialog.getByRole("group", { name: "Scopes" });
  const boxes = choices.getByRole("checkbox");
  const pager = dialog.getByRole("navigation", { name: "Pages of scopes" });
  await expect(boxes).toHaveCount(50);
  await choices.getByRole("checkbox", { name: "scope:10" }).check();

  await pager.getByRole("button", { name: "Next" }).click();
  await expect(boxes).toHaveCount(7);
  await expect(choices).toBeFocused();
  await choices.getByRole("checkbox", { name: "scope:64" }).check();
  await choices.getByRole("checkbox", { name: "tokens:introspect" }).check();

  await dialog.getByText("New scope").click();
  await dialog.getByLabel("Scope", { exact: true }).fill("another:one");
  await dialog.getByRole("button", { name: "Add scope", exact: true }).click();
  await expect(boxes.first()).toHaveAccessibleName("another:one");
  await expect(boxes.first()).toBeChecked();

  await pager.getByRole("button", { name: "Previous" }).click();
  await expect(boxes).toHaveCount(50);
  await expect(choices.getByRole("checkbox", { name: "scope:10" })).toBeChecked();
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  const [key] = await script.keys("api_key");
  expect(key?.scopes).toEqual(["another:one", "scope:10", "scope:64", "tokens:introspect"]);
});
