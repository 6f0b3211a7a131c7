import { type BrowserContext, test as base, expect } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { Latchkey } from "./latchkey.ts";
import { Session } from "./session.ts";

export { expect };

interface Fixtures {
  /** A server with an administrator, and nothing else in it. */
  latchkey: Latchkey;
  /** The administrator, as a script. */
  script: Session;
  /** The administrator's browser, on the page of access keys. */
  accessKeys: AccessKeysPage;
  /** Fails the test if the page has logged an error: a panic, or a violation of the content security policy. */
  consoleIsClean: void;
  /** What the browser itself logs of the failure that a test brings about. */
  expectedError: RegExp | undefined;
  /** What runs in each page before its own scripts do. */
  initScript: string | undefined;
}

export const test = base.extend<Fixtures>({
  latchkey: async ({}, use) => {
    const latchkey = await Latchkey.withAdministrator();
    await use(latchkey);
    await endOf(latchkey);
  },
  baseURL: async ({ latchkey }, use) => use(latchkey.url),
  script: async ({ latchkey }, use) => use(await Session.signIn(latchkey)),
  accessKeys: async ({ latchkey, page, context }, use) => {
    await enter(context, await Session.signIn(latchkey));
    const accessKeys = new AccessKeysPage(page, latchkey);
    await accessKeys.open();
    await use(accessKeys);
  },
  expectedError: [undefined, { option: true }],
  initScript: [undefined, { option: true }],
  context: async ({ context, initScript }, use) => {
    if (initScript) await context.addInitScript(initScript);
    await use(context);
  },
  consoleIsClean: [
    async ({ context, expectedError }, use) => {
      const errors = errorsOf(context);
      await use();
      const unexpected = errors.filter((error) => !expectedError?.test(error));
      expect(unexpected, "errors in the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

/** Stops a server, and looks for secrets and panics in what it leaves behind. */
export async function endOf(latchkey: Latchkey): Promise<void> {
  await latchkey.stop();
  const leaks = latchkey.leaks();
  latchkey.remove();
  expect(leaks, "where a secret stands").toEqual([]);
  expect(latchkey.log).not.toContain("panicked");
}

/** Lets a browser in as the member of a session, at the address by which it reaches the server. */
export async function enter(context: BrowserContext, session: Session, url = session.latchkey.url): Promise<void> {
  const [name = "", value = ""] = session.cookie.split("=");
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Lax" }]);
}

/** Errors that pages log from now on, except that Chromium calls every 4xx answer one. */
export function errorsOf(context: BrowserContext): string[] {
  const errors: string[] = [];
  context.on("console", (message) => {
    const isAnswer = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isAnswer) errors.push(message.text());
  });
  context.on("weberror", (error) => errors.push(error.error().message));
  return errors;
}
