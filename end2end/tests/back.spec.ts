import type { Page } from "@playwright/test";
import type { AccessKeysPage } from "../pages/access-keys.ts";
import { expect, test } from "../support/test.ts";

/** A step back in the browser's history leaves the page of access keys, and must not lose a secret. */

/** Opens the page of access keys from another page, without a reload. */
async function comeFromMembers(accessKeys: AccessKeysPage): Promise<void> {
  const { page, latchkey } = accessKeys;
  await page.goto(`${latchkey.url}/members`);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Access Keys" }).click();
  await accessKeys.isReady();
}

/** Goes back, and waits until the page has reacted. */
async function goBack(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const gone = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
    history.back();
    await gone;
    for (let frames = 0; frames < 5; frames++) await new Promise(requestAnimationFrame);
  });
}

test("Back keeps the dialog with a secret open, and asks", async ({ accessKeys, page }) => {
  await comeFromMembers(accessKeys);
  const dialog = await accessKeys.create("oauth_client", "Order import");
  const { secret } = await dialog.read();
  await goBack(page);
  await expect(dialog.element).toBeVisible();
  await expect(dialog.secret).toHaveValue(secret);
  await expect(dialog.guard).toBeVisible();
  await expect(page).toHaveURL(/\/access-keys/);
  await dialog.button("Back to the secret").click();
  expect((await dialog.download()).text).toContain(secret);
  await dialog.button("Got it").click();
  await expect(dialog.element).toBeHidden();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Access Keys" }).click();
  await accessKeys.row("Order import").expectStatus("Inactive");
});

test("Back during the creation of a key does not lose its secret", async ({ accessKeys, page }) => {
  await comeFromMembers(accessKeys);
  let answer = () => {};
  const isAnswered = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/access-keys/create", async (route) => {
    const made = await route.fetch();
    await isAnswered;
    await route.fulfill({ response: made });
  });
  const question = await accessKeys.startCreating("oauth_client");
  await question.getByLabel("Name", { exact: true }).fill("Order import");
  const asked = page.waitForRequest("**/api/access-keys/create");
  await question.getByRole("button", { name: "Create", exact: true }).click();
  await asked;
  await goBack(page);
  answer();
  const dialog = accessKeys.secretDialog("Order import");
  await dialog.appears();
  const { secret } = await dialog.read();
  expect((await dialog.download()).text).toContain(secret);
});
