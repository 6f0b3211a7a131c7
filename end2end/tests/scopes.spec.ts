import { basic, verify } from "../support/machine.ts";
import { expect, test } from "../support/test.ts";

/** What a key may be used for: defined, given to it and taken from it in the browser, and demanded by a gateway. */

test("a scope is defined, given to a key, demanded, and taken away", async ({ accessKeys, latchkey, script, page }) => {
  const { secret } = await script.createActiveKey("api_key", "Warehouse");
  await accessKeys.open("api_key");
  const row = accessKeys.row("Warehouse");
  expect(await verify(latchkey, basic(secret), "orders:read")).toBe(403);

  await row.choose("Scopes");
  const dialog = page.getByRole("dialog", { name: "Scopes of Warehouse" });
  await expect(dialog.getByRole("checkbox", { name: "tokens:introspect" })).not.toBeChecked();
  await dialog.getByText("Define a scope").click();
  await dialog.getByLabel("Scope", { exact: true }).fill("orders read");
  await dialog.getByRole("button", { name: "Define", exact: true }).click();
  await expect(dialog.getByLabel("Scope", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Scope", { exact: true }).fill("orders:read");
  await dialog.getByLabel("Description", { exact: true }).fill("Read orders");
  await dialog.getByRole("button", { name: "Define", exact: true }).click();
  await expect(dialog.getByRole("checkbox", { name: "orders:read" })).toBeChecked();
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  expect(await verify(latchkey, basic(secret), "orders:read")).toBe(200);

  await row.open();
  await expect(row.details).toContainText("orders:read");
  await row.choose("Scopes");
  await dialog.getByRole("button", { name: "Delete the scope orders:read" }).click();
  await expect(dialog.getByRole("alert").filter({ hasText: /\S/ })).toContainText("One key carries this scope");
  await dialog.getByRole("checkbox", { name: "orders:read" }).uncheck();
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  expect(await verify(latchkey, basic(secret), "orders:read")).toBe(403);
  await expect(row.details.getByText("Scopes changed").first()).toBeVisible();

  await row.choose("Scopes");
  await dialog.getByRole("button", { name: "Delete the scope orders:read" }).click();
  await expect(dialog.getByRole("checkbox", { name: "orders:read" })).toHaveCount(0);
});
