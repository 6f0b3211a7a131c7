// The console starts whatever has edited its page, and names the obstacle if it cannot start.
import { administrator } from "../support/latchkey.ts";
import { htmlEdits, pageEdits } from "../support/page-edits.ts";
import { expect, test } from "./support/test.ts";
import { Console } from "./support/console.ts";
import { Proxy } from "./support/proxy.ts";

/** Adds a script before all others, as an extension does. */
const withScript = (script: string) => (html: string, nonce: string) =>
  html.replace("<head>", () => `<head><script nonce="${nonce}">${script}</script>`);

/** Opens the page of keys and a dialog on it. Uses the session that exists: so many sign-ins in a minute would be refused. */
async function opensDialog(console: Console): Promise<void> {
  await console.open("/access-keys");
  await console.keysAreThere();
  await console.choose("api_key");
  await console.press("Create key");
  await console.find(console.dialog("Create key"));
}

test("the console works whatever has edited its page", async ({ console, intermediary }) => {
  test.setTimeout(180_000);
  intermediary.interference = { html: withScript(pageEdits[0]?.script ?? "") };
  await console.signIn();
  for (const { name, script } of pageEdits) {
    intermediary.interference = { html: withScript(script) };
    await test.step(name, () => opensDialog(console));
  }
  for (const { name, edit } of htmlEdits) {
    intermediary.interference = { html: edit };
    await test.step(name, () => opensDialog(console));
  }
});

test("text that was typed before the start stays", async ({ console, intermediary }) => {
  const type = `addEventListener("DOMContentLoaded", () => {
    const [address, password] = document.querySelectorAll("input");
    address.value = ${JSON.stringify(administrator.email)};
    password.value = ${JSON.stringify(administrator.password)};
  });`;
  intermediary.interference = { html: withScript(type) };
  await console.open("/sign-in");
  await console.press("Sign in");
  await console.keysAreThere();
});

const wasm = /\/pkg\/latchkey\.[^/]*wasm$/;
const javascript = /\/pkg\/latchkey\.[^/]*js$/;

test("a file that fails to load is named, and a retry works once it loads", async ({ driver, latchkey }) => {
  test.setTimeout(120_000);
  for (const [path, how] of [[wasm, 404], [wasm, "cut"], [javascript, 404], [javascript, "cut"], [wasm, 200], [javascript, 200]] as const) {
    await test.step(`${path} ${how}`, async () => {
      // A new address, from which the browser has not cached a file.
      const intermediary = await Proxy.start(latchkey.url);
      const console = new Console(driver, latchkey, intermediary.url);
      intermediary.interference = { block: { path, how } };
      await console.open("/sign-in");
      await console.find(console.text("console could not be loaded"));
      intermediary.interference = {};
      await console.press("Reload the page");
      await console.isReady("Sign in");
      await console.disappears(console.text("console could not be loaded"));
      intermediary.stop();
    });
  }
});

test("every page says that the browser does not run WebAssembly", async ({ console, intermediary }) => {
  intermediary.interference = { html: withScript("delete globalThis.WebAssembly") };
  for (const path of ["/sign-in", "/set-up", "/access-keys", "/no/such/page"]) {
    await console.open(path);
    await console.find(console.text("does not run WebAssembly"));
  }
});

test.describe("without scripts", () => {
  test.use({ browserOptions: { scripts: false } });

  test("every page says that it needs them", async ({ console }) => {
    for (const path of ["/sign-in", "/set-up", "/access-keys"]) {
      await console.open(path);
      expect(await console.driver.getPageSource(), path).toMatch(/<noscript>.*JavaScript/s);
    }
  });
});
