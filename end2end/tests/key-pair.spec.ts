import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requestToken } from "../support/machine.ts";
import { program } from "../support/program.ts";
import { expect, test } from "../support/test.ts";
import { tracesOf } from "../support/traces.ts";

const jwkOf = (pair: ReturnType<typeof newPair>) => pair.publicKey.export({ format: "jwk" });
const newPair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

test("a key pair is created in the browser, and its private half is never sent", async ({ accessKeys, latchkey, page }) => {
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.postData() ?? ""));
  const dialog = await accessKeys.startCreating("oauth_client");
  await dialog.getByLabel("Name", { exact: true }).fill("Billing");
  await dialog.getByText("More options").click();
  await dialog.getByRole("radio", { name: "New key pair" }).check();
  await dialog.getByRole("button", { name: "Create", exact: true }).click();

  const ready = accessKeys.secretDialog("Billing");
  await expect(ready.element.getByRole("textbox", { name: "Private key" })).toHaveValue(/^\{"kty":"EC"/);
  await ready.button("Got it").click();
  await expect(ready.element.getByText("You have not saved this private key")).toBeVisible();
  await ready.button("Back to the private key").click();
  const file = JSON.parse((await ready.download()).text);
  const env = await ready.download("Download as .env");
  await ready.button("Got it").click();
  await expect(ready.element).toBeHidden();
  expect(await tracesOf(page, file.private_key.d)).toEqual([]);

  latchkey.secrets.add(file.private_key.d);
  expect(file.secret).toBeUndefined();
  expect(file.authorization).toBeUndefined();
  expect(env.text).toContain(file.private_key.d);
  expect(sent.some((body) => body.includes(file.private_key.x))).toBe(true);
  expect(sent.some((body) => body.includes(file.private_key.d))).toBe(false);
  const proof = JSON.parse(sent.find((body) => body.includes("public_key_proof")) ?? "{}").public_key_proof;
  expect(JSON.parse(Buffer.from(proof.split(".")[0], "base64url").toString())).toMatchObject({
    typ: "latchkey-key-proof+jwt",
    jwk: { x: file.private_key.x, y: file.private_key.y },
  });

  const row = accessKeys.row("Billing");
  await expect(row.details).toContainText("Key pair (P-256, for ES256)");
  await row.activate.click();
  await row.expectStatus("Active");
  for (const [language, name] of [["Python", "python3"], ["JavaScript", "node"]] as const) {
    await row.details.getByRole("tab", { name: language, exact: true }).click();
    const path = join(latchkey.folder, language === "Python" ? "prove.py" : "prove.mjs");
    writeFileSync(path, (await row.details.getByRole("tabpanel").locator("pre").textContent()) ?? "");
    const run = await program(name, path, { CLIENT_PRIVATE_KEY: JSON.stringify(file.private_key) });
    expect(run.output, language).toContain('{"info":"pong","status":1}');
    const foreign = JSON.stringify(newPair().privateKey.export({ format: "jwk" }));
    const refused = await program(name, path, { CLIENT_PRIVATE_KEY: foreign });
    expect(refused.output, language).not.toContain("pong");
  }
  await expect(row.liveLine).toContainText("First successful call");
});

test("a public key is pasted, and a private one is refused and not sent", async ({ accessKeys, page }) => {
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.postData() ?? ""));
  const dialog = await accessKeys.startCreating("oauth_client");
  await dialog.getByLabel("Name", { exact: true }).fill("Vault");
  await dialog.getByText("More options").click();
  await dialog.getByRole("radio", { name: "Your own public key" }).check();
  const field = dialog.getByLabel("Public key", { exact: true });
  const create = dialog.getByRole("button", { name: "Create", exact: true });
  await field.fill("-----BEGIN PUBLIC KEY-----");
  await create.click();
  await expect(dialog.getByText("Enter a public key as a JWK")).toBeVisible();
  const pair = newPair();
  const privateJwk = pair.privateKey.export({ format: "jwk" });
  await field.fill(JSON.stringify(privateJwk));
  await create.click();
  await expect(dialog.getByText("This is a private key.")).toBeVisible();
  await field.fill(JSON.stringify(jwkOf(pair)));
  await create.click();
  await expect(dialog).toBeHidden();
  await expect(accessKeys.toast("“Vault” is created")).toBeVisible();
  await expect(accessKeys.row("Vault").details).toContainText("Key pair (P-256, for ES256)");
  expect(sent.some((body) => body.includes(String(privateJwk.d)))).toBe(false);
});

test("a client's tokens have the lifetime that is set for it", async ({ accessKeys, latchkey, page, script }) => {
  const { key, secret } = await script.createActiveKey("oauth_client", "Import");
  await accessKeys.open("oauth_client");
  await accessKeys.row("Import").choose("Token lifetime");
  const dialog = page.getByRole("dialog", { name: "Token lifetime of Import" });
  const field = dialog.getByLabel("Token lifetime");
  await field.fill("59");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Choose between 60 and 86400 seconds")).toBeVisible();
  await field.fill("900");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(accessKeys.toast("last 900 seconds")).toBeVisible();
  const answer = await requestToken(latchkey, key.id, secret);
  expect(((await answer.json()) as { expires_in: number }).expires_in).toBe(900);
});
