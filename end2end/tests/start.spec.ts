import type { Page, Route } from "@playwright/test";
import { SignInPage } from "../pages/entrance.ts";
import { holdProgram } from "../support/held-program.ts";
import { administrator } from "../support/latchkey.ts";
import { expect, test } from "../support/test.ts";

/** A console that does not start says so, says what is missing, and offers a retry: `app/src/shell/watch.js`. */

// The browser itself logs each of these failures.
test.use({ expectedError: /./ });

const note = (page: Page) => page.getByRole("alert").filter({ hasText: "console" });
const wasm = /\/pkg\/latchkey\.[^/]*wasm$/;
const javascript = /\/pkg\/latchkey\.[^/]*js$/;
const loader = /\/pkg\/__wasm_split[^/]*js$/;

const failures: [what: string, files: RegExp, answer: (route: Route) => Promise<void>, says: RegExp][] = [
  ["the WebAssembly is blocked", wasm, (route) => route.abort("blockedbyclient"), /could not be loaded.*latchkey\.\S*wasm/],
  ["the WebAssembly is gone", wasm, (route) => route.fulfill({ status: 404, body: "{}" }), /could not be loaded.*wasm/],
  ["a proxy answers in place of the WebAssembly", wasm, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Blocked</h1>" }), /could not be loaded.*wasm/],
  ["the WebAssembly is cut short", wasm, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.body()).subarray(0, 50_000) });
  }, /could not be loaded.*wasm/],
  ["the JavaScript is blocked", javascript, (route) => route.abort("blockedbyclient"), /could not be loaded.*latchkey\.\S*js/],
  ["the JavaScript is gone", javascript, (route) => route.fulfill({ status: 404, body: "{}" }), /could not be loaded.*js/],
  ["the JavaScript has another type", javascript, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Blocked</h1>" }), /could not be loaded.*js/],
  ["the JavaScript is cut short", javascript, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).slice(0, 2_000) });
  }, /could not be loaded.*js/],
  ["the loader of the parts is blocked", loader, (route) => route.abort("blockedbyclient"), /could not be loaded.*js/],
  ["the program fails", javascript, async (route) => {
    const broken = "export default async () => {}; export function start() { throw new Error('out of luck'); }";
    await route.fulfill({ contentType: "text/javascript", body: broken });
  }, /could not start.*out of luck/],
];

for (const [what, files, answer, says] of failures) {
  test(`${what}: the page says so, and a retry works afterwards`, async ({ latchkey, page }) => {
    await page.route(files, answer);
    await page.goto(`${latchkey.url}/sign-in`);
    await expect(note(page)).toHaveText(says);
    await expect(note(page)).toHaveCount(1);
    await page.unroute(files);
    await note(page).getByRole("button", { name: "Reload the page" }).click();
    const signIn = new SignInPage(page);
    await signIn.isReady();
    await expect(note(page)).toBeHidden();
  });
}

test.describe("without WebAssembly", () => {
  test.use({ initScript: "delete globalThis.WebAssembly" });

  test("every page says so at once", async ({ latchkey, page }) => {
    for (const path of ["/sign-in", "/set-up", "/access-keys", "/no/such/page"]) {
      await page.goto(latchkey.url + path, { waitUntil: "domcontentloaded" });
      expect(await note(page).textContent({ timeout: 2_000 }), path).toMatch(/does not run WebAssembly/);
    }
  });
});

test.describe("in a browser without modules", () => {
  test.use({ initScript: "delete HTMLScriptElement.prototype.noModule" });

  test("the page says that it is too old", async ({ latchkey, page }) => {
    await page.route(javascript, (route) => route.abort());
    await page.goto(`${latchkey.url}/sign-in`);
    await expect(note(page)).toHaveText(/too old/);
  });
});

/** Answers pages with another content security policy, as a proxy may. */
async function withPolicy(page: Page, policy: string | undefined): Promise<void> {
  await page.route(/\/sign-in/, async (route) => {
    if (!route.request().isNavigationRequest()) return route.fallback();
    const response = await route.fetch();
    const { "content-security-policy": _, ...headers } = response.headers();
    await route.fulfill({ response, headers: policy ? { ...headers, "content-security-policy": policy } : headers });
  });
}

test("if inline scripts are forbidden, the style sheet shows the sentence", async ({ latchkey, page }) => {
  await withPolicy(page, "default-src 'none'; style-src 'self'; script-src 'self'");
  await page.goto(`${latchkey.url}/sign-in`);
  await expect(note(page)).toHaveText(/has not started.*WebAssembly/);
  await expect(note(page).getByRole("link", { name: "Reload the page" })).toBeVisible();
  await page.unrouteAll();
  await note(page).getByRole("link", { name: "Reload the page" }).click();
  await new SignInPage(page).isReady();
});

test("if WebAssembly must not be compiled, the page says what could not be loaded", async ({ latchkey, page }) => {
  await withPolicy(page, "default-src 'self'; script-src 'self' 'unsafe-inline'");
  await page.goto(`${latchkey.url}/sign-in`);
  await expect(note(page)).toHaveText(/could not be loaded.*wasm/);
});

test("without a content security policy the console starts", async ({ latchkey, page }) => {
  await withPolicy(page, undefined);
  await new SignInPage(page).open(`${latchkey.url}/sign-in`);
});

test("a slow start is announced, continues, and removes the sentence", async ({ latchkey, page }) => {
  await page.clock.install();
  const release = await holdProgram(page);
  await page.goto(`${latchkey.url}/sign-in`, { waitUntil: "domcontentloaded" });
  await page.clock.runFor(4_000);
  await expect(note(page)).toBeHidden();
  await page.clock.runFor(1_500);
  await expect(note(page)).toHaveText(/has not started yet/);
  release();
  const signIn = new SignInPage(page);
  await signIn.isReady();
  await expect(page.locator("#start-note")).toHaveCount(0);
  await page.clock.runFor(60_000);
  await expect(note(page)).toBeHidden();
  await page.clock.resume();
  await signIn.submit(administrator.email, administrator.password);
  await expect(page).toHaveURL(/\/access-keys/);
});

/** What happens when the console panics: the WebAssembly engine traps in the middle of an event. */
const trap = () => {
  const unreachable = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]);
  setTimeout(() => (new WebAssembly.Instance(new WebAssembly.Module(unreachable)).exports.f as () => void)());
};

test("a console that stops later says so and keeps what is open", async ({ accessKeys, page }) => {
  const dialog = await accessKeys.create("api_key", "Warehouse");
  await page.evaluate(trap);
  await expect(note(page)).toHaveText(/has stopped/);
  await expect(dialog.element).toBeVisible();
  page.once("dialog", (question) => void question.accept());
  await note(page).getByRole("button", { name: "Reload the page" }).click();
  await accessKeys.isReady();
});

test("an error in an extension's script is not reported as the console's", async ({ accessKeys, page }) => {
  await page.evaluate(() => void setTimeout(() => { throw new Error("an extension's"); }));
  await page.evaluate(() => void Promise.reject(new Error("an extension's")));
  await accessKeys.startCreating("api_key");
  await expect(note(page)).toBeHidden();
});
