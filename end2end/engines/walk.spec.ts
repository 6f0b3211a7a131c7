// The steps of "Creating API Credentials", in its order, for both kinds of key.
import { accessToken, basic, bearer, ping, requestToken } from "../support/machine.ts";
import { expect, test } from "./support/test.ts";

test("sign in, and an API key: create, download, Got it, activate, validate, deactivate", async ({ console, latchkey }) => {
  await console.signIn();
  const { secret } = await console.create("api_key", "Warehouse");
  await console.press("Download");
  await console.press("Got it");
  await console.disappears(console.dialog("Save the secret for “Warehouse”"));
  await console.expectStatus("Warehouse", "Inactive");
  expect((await ping(latchkey, basic(secret))).status).toBe(401);

  await console.press("Activate Warehouse");
  await console.expectStatus("Warehouse", "Active");
  expect((await ping(latchkey, basic(secret))).status).toBe(200);
  expect((await ping(latchkey, bearer(secret))).status).toBe(200);

  await console.deactivate("Warehouse");
  await console.expectStatus("Warehouse", "Inactive");
  expect((await ping(latchkey, basic(secret))).status).toBe(401);
});

test("an OAuth client: create, copy, Got it, activate, validate, deactivate", async ({ console, latchkey }) => {
  await console.signIn();
  const { id, secret } = await console.create("oauth_client", "Order import");
  await console.press("Copy secret");
  await console.press("Got it");
  await console.disappears(console.dialog("Save the secret for “Order import”"));
  expect((await requestToken(latchkey, id, secret)).status).toBe(401);

  await console.press("Activate Order import");
  await console.expectStatus("Order import", "Active");
  const token = await accessToken(latchkey, id, secret);
  expect((await ping(latchkey, bearer(token))).status).toBe(200);

  await console.deactivate("Order import");
  expect((await ping(latchkey, bearer(token))).status).toBe(401);
});

test("the menu leads from page to page, and Back leads back", async ({ console, driver }) => {
  await console.signIn();
  await console.follow("Members");
  await console.find("//h1[normalize-space(.)='Members']");
  await driver.navigate().back();
  await console.keysAreThere();
});
