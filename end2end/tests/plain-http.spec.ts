// Over plain HTTP on a LAN, browsers have no clipboard and no Web Crypto, because pages there are not secure contexts. The
// browser resolves a name for this machine that does not count as localhost.
import { generateKeyPairSync } from "node:crypto";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { enter, expect, test as base } from "../support/test.ts";

const test = base.extend<{ onLan: AccessKeysPage }>({
  onLan: async ({ context, latchkey, page, script }, use) => {
    const url = latchkey.url.replace("127.0.0.1", "latchkey.lan");
    await enter(context, script, url);
    await page.goto(`${url}/access-keys`);
    expect(await page.evaluate(() => [isSecureContext, navigator.clipboard, crypto.subtle])).toEqual([false, undefined, undefined]);
    const accessKeys = new AccessKeysPage(page, latchkey);
    await accessKeys.isReady();
    await use(accessKeys);
  },
});

// Browsers log this for every page over plain HTTP.
test.use({ expectedError: /Cross-Origin-Opener-Policy header has been ignored/ });

test("Copy works over plain HTTP, and Got it then closes at once", async ({ onLan, context, latchkey }) => {
  await context.grantPermissions(["clipboard-read"], { origin: latchkey.url });
  const reader = await context.newPage();
  await reader.goto(`${latchkey.url}/sign-in`);
  const clipboard = async () => {
    await reader.bringToFront();
    const text = await reader.evaluate(() => navigator.clipboard.readText());
    await onLan.page.bringToFront();
    return text;
  };
  await onLan.page.bringToFront();
  const dialog = await onLan.create("api_key", "Warehouse");
  const { id, secret } = await dialog.read();
  await dialog.button("Copy ID").click();
  await expect.poll(clipboard).toBe(id);
  await dialog.button("Copy secret").click();
  await expect(dialog.element.getByRole("status").filter({ hasText: "Copied." }).last()).toBeVisible();
  await expect.poll(clipboard).toBe(secret);
  await dialog.button("Got it").click();
  await expect(dialog.element).toBeHidden();

  const row = onLan.row("Warehouse");
  await row.details.getByRole("button", { name: "Copy command" }).click();
  await expect.poll(clipboard).toBe((await row.details.getByRole("tabpanel").textContent())?.trim());
});

test("the page says why it cannot create a key pair, and accepts a public key", async ({ onLan }) => {
  const dialog = await onLan.startCreating("oauth_client");
  await dialog.getByText("More options").click();
  await expect(dialog.getByRole("radio", { name: "New key pair" })).toBeDisabled();
  await expect(dialog.getByText("browsers create key pairs only over HTTPS")).toBeVisible();
  await dialog.getByLabel("Name", { exact: true }).fill("LAN");
  await dialog.getByRole("radio", { name: "Your own public key" }).check();
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await dialog.getByLabel("Public key", { exact: true }).fill(JSON.stringify(publicKey.export({ format: "jwk" })));
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(onLan.toast("“LAN” is created")).toBeVisible();
});
