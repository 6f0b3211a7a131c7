import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";

test("bad names are refused at the field, and no key is created", async ({ accessKeys, script }) => {
  const dialog = await accessKeys.startCreating("api_key");
  const name = dialog.getByLabel("Name", { exact: true });
  const refusals: [string, RegExp][] = [
    ["", /enter a name/i],
    ["   ", /enter a name/i],
    ["x".repeat(101), /at most 100/i],
    ["bell\u0007", /control/i],
    ["pay\u202Efdp", /control/i],
  ];
  for (const [text, message] of refusals) {
    await name.fill(text);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expect(name).toHaveAttribute("aria-invalid", "true");
    await expect(name).toHaveAccessibleDescription(message);
    await expect(name).toBeFocused();
  }
  expect(await script.keys("api_key")).toEqual([]);
});

test("an expiry beyond the year 2999 is refused at the field, and a year has four digits", async ({ accessKeys, script }) => {
  const dialog = await accessKeys.startCreating("api_key");
  await dialog.getByLabel("Name", { exact: true }).fill("x");
  await dialog.getByText("More options").click();
  const expires = dialog.getByLabel("Expires");
  await expect(expires).toHaveAttribute("max", "2999-12-31T23:59");
  for (const moment of ["3000-01-02T00:00", "12030-01-01T00:00", "275760-01-01T00:00"]) {
    await expires.fill(moment);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expect(expires).toHaveAttribute("aria-invalid", "true");
    await expect(expires).toHaveAccessibleDescription(/year before 3000/i);
  }
  for (const expires_at of [1_893_456_000_000_000, 1_893_456_000]) {
    const { status, body } = await script.answer("/api/access-keys/create", { kind: "api_key", name: "x", expires_at });
    expect(status).toBe(422);
    expect(body).toMatchObject({ field: "expires_at", detail: expect.stringContaining("milliseconds?") });
  }
  expect(await script.keys("api_key")).toEqual([]);
});

test("the server refuses the same names", async ({ script }) => {
  for (const name of ["", "  ", "x".repeat(101), "line\nbreak", "\u0000"]) {
    const { status, body } = await script.answer("/api/access-keys/create", { kind: "api_key", name });
    expect(status).toBe(422);
    expect(body).toMatchObject({ type: "urn:latchkey:problem:invalid-field", field: "name" });
  }
  expect(await script.keys("api_key")).toEqual([]);
});

test("markup is text, and other Unicode is kept, in NFC", async ({ accessKeys, page }) => {
  const name = `<img src=x onerror=alert(1)> "Süd" & 倉庫 🚚 ${"é".normalize("NFD")}`;
  const stored = name.normalize("NFC");
  let asked = false;
  page.on("dialog", (dialog) => {
    asked = true;
    void dialog.dismiss();
  });
  await accessKeys.startCreating("api_key").then((question) => question.getByLabel("Name", { exact: true }).fill(name));
  await page.getByRole("button", { name: "Create", exact: true }).click();
  const dialog = accessKeys.secretDialog(stored);
  await dialog.appears();
  const file = await dialog.download();
  expect(JSON.parse(file.text).name).toBe(stored);
  expect(file.name.normalize("NFC")).toMatch(/^img-src-x-onerror-alert-1-Süd-倉庫-🚚-\u00e9-ak_\w{12}\.json$/u);
  await dialog.button("Got it").click();
  await expect(accessKeys.nameButtons()).toHaveText([stored]);
  await page.reload();
  await accessKeys.isReady();
  await expect(accessKeys.nameButtons()).toHaveText([stored]);
  expect(await page.locator("main img").count()).toBe(0);
  expect(asked).toBe(false);
});

test("a double click creates one key", async ({ accessKeys, script, page }) => {
  const dialog = await accessKeys.startCreating("api_key");
  await dialog.getByLabel("Name", { exact: true }).fill("Once");
  await dialog.getByRole("button", { name: "Create", exact: true }).dblclick();
  await expect(page.getByRole("dialog", { name: "Save the secret for “Once”" })).toBeVisible();
  expect(await script.keys("api_key")).toHaveLength(1);
});

test("the same request sent twice creates one key", async ({ script }) => {
  const request = { kind: "api_key", name: "Once", request_id: "01234567-abcd" };
  const first = await script.answer("/api/access-keys/create", request);
  script.latchkey.secrets.add(first.body.secret);
  const second = await script.answer("/api/access-keys/create", request);
  expect(second.status).toBe(409);
  expect(second.body).toMatchObject({ type: "urn:latchkey:problem:already-created", id: first.body.key.id });
  expect(await script.keys("api_key")).toHaveLength(1);
});

test("a request that never arrived can be repeated", async ({ accessKeys, page, script }) => {
  const dialog = await accessKeys.startCreating("api_key");
  await dialog.getByLabel("Name", { exact: true }).fill("Patient");
  await page.route("**/api/access-keys/create", (route) => route.abort());
  const create = dialog.getByRole("button", { name: "Create", exact: true });
  await create.click();
  await expect(dialog.getByRole("alert")).toContainText("could not reach Latchkey");
  await page.unroute("**/api/access-keys/create");
  await create.click();
  await expect(page.getByRole("dialog", { name: "Save the secret for “Patient”" })).toBeVisible();
  expect(await script.keys("api_key")).toHaveLength(1);
});

test("if the reply with the secret is lost, the page says so", async ({ accessKeys, page, script }) => {
  const dialog = await accessKeys.startCreating("api_key");
  await dialog.getByLabel("Name", { exact: true }).fill("Lost");
  await page.route("**/api/access-keys/create", async (route) => {
    const answer = await route.fetch();
    script.latchkey.secrets.add((await answer.json()).secret);
    await route.abort();
  }, { times: 1 });
  const create = dialog.getByRole("button", { name: "Create", exact: true });
  await create.click();
  await expect(dialog.getByRole("alert")).toContainText("could not reach Latchkey");
  await create.click();
  await expect(dialog.getByRole("alert")).toContainText("its secret was lost");
  await expect(dialog.getByRole("alert")).toContainText("delete");
  await dialog.getByRole("button", { name: "Show it in the list" }).click();
  await expect(dialog).toBeHidden();
  await accessKeys.row("Lost").expectStatus("Inactive");
  expect(await script.keys("api_key")).toHaveLength(1);
});

for (const [way, leave] of [
  ["Cancel", (page: Page) => page.getByRole("button", { name: "Cancel" }).click()],
  ["Escape", (page: Page) => page.keyboard.press("Escape")],
  ["Back", (page: Page) => page.goBack()],
] as const) {
  test(`a key without a reply is remembered after ${way}, until its message was read`, async ({ accessKeys, latchkey, page }) => {
    await page.clock.install();
    await page.goto(`${latchkey.url}/members`);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Access Keys" }).click();
    await accessKeys.isReady();
    const dialog = await accessKeys.startCreating("oauth_client");
    await dialog.getByLabel("Name", { exact: true }).fill("Returns app");
    await page.route("**/api/access-keys/create", async (route) => {
      const answer = await route.fetch();
      latchkey.secrets.add((await answer.json()).secret);
      await route.abort();
    });
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expect(dialog.getByRole("alert")).toContainText("could not reach Latchkey");
    await leave(page);
    await expect(dialog).toBeHidden();

    const note = page.getByRole("status").or(page.getByRole("alert")).filter({ hasText: "its secret is lost" });
    await expect(note).toContainText("Returns app");
    await expect(note).toContainText("delete");
    // Messages about an outcome disappear before that.
    await page.clock.fastForward("05:00");
    await expect(note).toBeVisible();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Access Keys" }).click();
    await accessKeys.row("Returns app").expectStatus("Inactive");
    await expect(note).toBeVisible();
    await note.getByRole("button", { name: "Dismiss" }).click();
    await expect(note).toBeHidden();
  });
}

test("bad requests get typed errors and change nothing", async ({ latchkey, script }) => {
  const { key } = await script.createKey("api_key", "Warehouse");
  const send = (body: string, contentType = "application/json", path = "/api/access-keys/create") =>
    fetch(latchkey.url + path, { method: "POST", headers: { "Content-Type": contentType, Cookie: script.cookie }, body });
  const create = JSON.stringify({ kind: "api_key", name: "x" });
  const refusals: [string, Promise<Response>, number][] = [
    ["no JSON", send("{"), 400],
    ["a wrong type", send('{"kind":"api_key","name":7}'), 400],
    ["an unknown kind", send('{"kind":"door_key","name":"x"}'), 400],
    ["another content type", send(create, "text/plain"), 415],
    ["an over-large body", send(JSON.stringify({ kind: "api_key", name: "x".repeat(1_000_000) })), 413],
    ["an unknown ID", send('{"id":"ak_000000000000"}', "application/json", "/api/access-keys/get"), 404],
    ["a malformed ID", send('{"id":"../x"}', "application/json", "/api/access-keys/get"), 400],
    ["an unknown function", send("{}", "application/json", "/api/access-keys/explode"), 404],
    ["a stale session", fetch(`${latchkey.url}/api/access-keys/list`, { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"kind":"api_key"}' }), 401],
    ["another site", fetch(`${latchkey.url}/api/access-keys/create`, { method: "POST", headers: { "Content-Type": "application/json", Cookie: script.cookie, Origin: "https://evil.example" }, body: create }), 403],
  ];
  for (const [what, answer, status] of refusals) {
    const { status: got, headers } = await answer;
    expect(got, what).toBe(status);
    expect(headers.get("content-type"), what).toBe("application/problem+json");
    expect(headers.get("cache-control"), what).toContain("no-store");
  }
  expect(await script.keys("api_key")).toEqual([expect.objectContaining({ id: key.id })]);
});

test("the database file on disk contains no secret while the server runs", async ({ latchkey, script }) => {
  const { secret } = await script.createActiveKey("api_key", "Warehouse");
  expect(latchkey.leaks()).toEqual([]);
  expect(readFileSync(`${latchkey.folder}/data/latchkey.db`).length).toBeGreaterThan(0);
  expect(secret).toMatch(/^lk_ak_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
});
