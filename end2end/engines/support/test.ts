import { test as base, expect } from "@playwright/test";
import type { WebDriver } from "selenium-webdriver";
import { Latchkey } from "../../support/latchkey.ts";
import { Session } from "../../support/session.ts";
import { endOf } from "../../support/test.ts";
import { Console } from "./console.ts";
import { type BrowserOptions, Engine, type EngineName } from "./engine.ts";
import { Proxy } from "./proxy.ts";

export { expect };

export interface Options {
  /** The engine of the browser. */
  engine: EngineName;
}

interface Fixtures {
  /** A server with an administrator and nothing else. */
  latchkey: Latchkey;
  /** The administrator, as a script. */
  script: Session;
  browserOptions: BrowserOptions;
  driver: WebDriver;
  /** A proxy between the browser and the server, which passes everything on until a test sets its interference. */
  intermediary: Proxy;
  /** The console in the browser, through the proxy. */
  console: Console;
}

export const test = base.extend<Fixtures, Options & { running: Engine }>({
  engine: ["firefox", { option: true, scope: "worker" }],
  running: [
    async ({ engine }, use) => {
      const running = await Engine.start(engine);
      await use(running);
      await running.stop();
    },
    { scope: "worker" },
  ],
  latchkey: async ({}, use) => {
    const latchkey = await Latchkey.withAdministrator();
    await use(latchkey);
    await endOf(latchkey);
  },
  script: async ({ latchkey }, use) => use(await Session.signIn(latchkey)),
  browserOptions: [{}, { option: true }],
  driver: async ({ running, browserOptions }, use, info) => {
    const driver = await running.open(browserOptions);
    await use(driver);
    if (info.status !== info.expectedStatus) {
      const picture = await driver.takeScreenshot().catch(() => "");
      await info.attach("the page", { body: Buffer.from(picture, "base64"), contentType: "image/png" });
    }
    await driver.quit();
  },
  intermediary: async ({ latchkey }, use) => {
    const proxy = await Proxy.start(latchkey.url);
    await use(proxy);
    proxy.stop();
  },
  console: async ({ driver, latchkey, intermediary }, use) => use(new Console(driver, latchkey, intermediary.url)),
});
