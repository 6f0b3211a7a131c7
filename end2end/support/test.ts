import { type BrowserContext, test as base, expect } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { Latchkey } from "./latchkey.ts";
import { Session } from "./session.ts";

export { expect };

interface Fixtures {
  /** A server with an administrator and nothing else. */
  latchkey: Latchkey;
  /** The administrator, as a script. */
  script: Session;
  /** The administrator's browser, on the page of access keys. */
  accessKeys: AccessKeysPage;
  /** Fails the test if the page has logged an error: a panic, or a violation of the content security policy. */
  consoleIsClean: void;
  /** The error that the browser itself logs when a test causes a failure. */
  expectedError: RegExp | undefined;
  /** A script that runs in each page before the scripts of the page. */
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

/** Stops a server, and expects no secret and no panic in what it leaves behind. */
export async function endOf(latchkey: Latchkey): Promise<void> {
  await latchkey.stop();
  const leaks = latchkey.leaks();
  latchkey.remove();
  expect(leaks, "files that contain a secret").toEqual([]);
  expect(latchkey.log).not.toContain("panicked");
}

/** Signs a browser in as the member of a session, at the address by which it reaches the server. */
export async function enter(context: BrowserContext, session: Session, url = session.latchkey.url): Promise<void> {
  const [name = "", value = ""] = session.cookie.split("=");
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Lax" }]);
}

/** Collects the errors that pages log from now on, without those that Chromium logs for every 4xx answer. */
export function errorsOf(context: BrowserContext): string[] {
  const errors: string[] = [];
  context.on("console", (message) => {
    const isAnswer = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isAnswer) errors.push(message.text());
  });
  context.on("weberror", (error) => errors.push(error.error().message));
  return errors;
}
