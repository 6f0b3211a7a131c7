import { basic } from "../support/machine.ts";
import { expect, test } from "../support/test.ts";
import { tracesOf } from "../support/traces.ts";

test("neither a click beside it nor Escape closes it", async ({ accessKeys, page }) => {
  const dialog = await accessKeys.create("api_key", "Warehouse");
  await page.mouse.click(5, 5);
  await expect(dialog.element).toBeVisible();
  await expect(dialog.guard).toBeHidden();
  for (let times = 1; times <= 3; times++) {
    await page.keyboard.press("Escape");
    await expect(dialog.guard, `after Escape ${times}`).toBeVisible();
    await dialog.button("Back to the secret").click();
    await expect(dialog.secret).toBeVisible();
  }
});

test("Got it asks first if the secret was not saved, and Close without saving closes", async ({ accessKeys }) => {
  const dialog = await accessKeys.create("api_key", "Warehouse");
  await dialog.button("Got it").click();
  await expect(dialog.guard).toBeVisible();
  await dialog.button("Close without saving").click();
  await expect(dialog.element).toBeHidden();
  await accessKeys.row("Warehouse").expectStatus("Inactive");
});

test("Got it closes at once after Download", async ({ accessKeys }) => {
  const dialog = await accessKeys.create("oauth_client", "Warehouse");
  await dialog.download();
  await dialog.button("Got it").click();
  await expect(dialog.element).toBeHidden();
});

test("copying the secret saves it, copying the ID does not", async ({ accessKeys, context, page }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const dialog = await accessKeys.create("oauth_client", "Warehouse");
  const { id, secret } = await dialog.read();
  await dialog.button("Copy ID").click();
  await expect.poll(clipboard).toBe(id);
  await dialog.button("Got it").click();
  await expect(dialog.guard).toBeVisible();
  await dialog.button("Back to the secret").click();
  await dialog.button("Copy secret").click();
  await expect.poll(clipboard).toBe(secret);
  await dialog.button("Got it").click();
  await expect(dialog.element).toBeHidden();
});

test("if the clipboard is refused, the secret is selected for copying by hand", async ({ accessKeys, page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
    document.execCommand = () => false;
  });
  await page.reload();
  await accessKeys.isReady();
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { secret } = await dialog.read();
  await dialog.button("Copy secret").click();
  const selected = () =>
    page.evaluate(() => {
      const field = document.activeElement as HTMLInputElement;
      return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0);
    });
  await expect.poll(selected).toBe(secret);
  await dialog.button("Got it").click();
  await expect(dialog.guard, "a copy that failed saved nothing").toBeVisible();
});

test("the JSON file contains everything that a program needs", async ({ accessKeys, latchkey }) => {
  const dialog = await accessKeys.create("oauth_client", "Lager Süd / 倉庫");
  const { id, secret } = await dialog.read();
  const file = await dialog.download();
  expect(file.name).toBe(`Lager-Süd-倉庫-${id}.json`);
  const content = JSON.parse(file.text);
  expect(content).toEqual({
    kind: "oauth_client",
    name: "Lager Süd / 倉庫",
    id,
    secret,
    authorization: basic(id, secret),
    token_url: `${latchkey.url}/oauth/token`,
    ping_url: `${latchkey.url}/api/v1/ping`,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
  });
  expect(Math.abs(Date.now() - Date.parse(content.created_at))).toBeLessThan(120_000);
});

test("the .env file contains the same, as variables", async ({ accessKeys, latchkey }) => {
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { id, secret } = await dialog.read();
  const file = await dialog.download("Download as .env");
  expect(file.name).toBe(`Warehouse-${id}.env`);
  const lines = file.text.trimEnd().split("\n");
  expect(lines).toContain(`API_KEY=${secret}`);
  expect(lines).toContain(`API_KEY_ID=${id}`);
  expect(lines).toContain(`API_KEY_AUTHORIZATION='${basic(secret)}'`);
  expect(lines).toContain(`API_KEY_PING_URL=${latchkey.url}/api/v1/ping`);
  await dialog.button("Got it").click();
  await expect(dialog.element).toBeHidden();
});

test("the secret is only in its field, leaves the page with the dialog, and is only in the reply to the creation", async ({ accessKeys, page }) => {
  const bodies: Promise<string>[] = [];
  page.on("response", (response) => {
    // A reply that the reload below interrupts has no body to read, and reached no page.
    if (new URL(response.url()).pathname.startsWith("/api/")) bodies.push(response.text().catch(() => ""));
  });
  const dialog = await accessKeys.create("api_key", "Warehouse");
  const { secret } = await dialog.read();
  expect(await tracesOf(page, secret)).toEqual(["the field secret-secret"]);
  await dialog.saveAndClose();
  expect(await tracesOf(page, secret), "after Got it").toEqual([]);
  await Promise.all(bodies);
  await page.reload();
  await accessKeys.isReady();
  const holding = (await Promise.all(bodies)).filter((body) => body.includes(secret));
  expect(holding).toHaveLength(1);
});

for (const [way, leave] of [
  ["a reload", () => location.reload()],
  ["another page", () => location.assign("/account")],
] as const) {
  test(`the browser asks before ${way} loses an unsaved secret, but not after Download`, async ({ accessKeys, page }) => {
    const dialog = await accessKeys.create("api_key", "Warehouse");
    const { secret } = await dialog.read();
    const asked: string[] = [];
    page.on("dialog", (question) => {
      asked.push(question.type());
      void question.dismiss();
    });
    await page.evaluate(leave);
    await expect.poll(() => asked).toEqual(["beforeunload"]);
    await expect(dialog.secret).toHaveValue(secret);

    await dialog.download();
    await Promise.all([page.waitForEvent("load"), page.evaluate(leave)]);
    expect(asked).toEqual(["beforeunload"]);
    await expect(dialog.element).toBeHidden();
  });
}
