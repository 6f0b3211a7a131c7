// A secret is not lost because a browser was asked to save it, or because a session ended.
import { expect, test } from "./support/test.ts";

test("Got it closes after Download, and Show again shows the same secret", async ({ console }) => {
  await console.signIn();
  const { secret } = await console.create("api_key", "Warehouse");
  await console.press("Download");
  await console.press("Got it");
  await console.disappears(console.dialog("Save the secret for “Warehouse”"));
  await console.press("Show again");
  await console.find(console.dialog("Save the secret for “Warehouse”"));
  expect(await console.valueOf("Key secret")).toBe(secret);
});

test("without Download or Copy, Got it and Escape ask", async ({ console }) => {
  await console.signIn();
  const { secret } = await console.create("api_key", "Warehouse");
  await console.press("Got it");
  await console.find(console.text("You have not saved this secret"));
  await console.press("Back to the secret");
  await console.escape();
  await console.find(console.text("You have not saved this secret"));
  await console.press("Back to the secret");
  expect(await console.valueOf("Key secret")).toBe(secret);
});

test("a session that ends elsewhere does not take a shown secret away", async ({ console, driver, script }) => {
  await script.createKey("api_key", "Watched");
  await console.signIn();
  await console.choose("api_key");
  // While a key waits for its first call, the page asks the server every two seconds.
  await console.press("Watched");
  await console.find(console.text("Waiting for the first successful call"));
  const { secret } = await console.create("api_key", "Warehouse");
  // As another tab would.
  await driver.executeScript(`fetch("/api/sign-out", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" })`);
  await console.find(console.text("You've been signed out"));
  expect(await console.valueOf("Key secret")).toBe(secret);
  expect(await driver.getCurrentUrl()).toContain("/access-keys");
});
