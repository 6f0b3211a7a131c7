// Pages of other origins, in a real browser: what docs/guides/browsers.md says that they may read, and no more.
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isAsShown } from "../support/document.ts";
import { Latchkey } from "../support/latchkey.ts";
import { basic, bearer } from "../support/machine.ts";
import { Session } from "../support/session.ts";
import { Shell } from "../support/shell.ts";
import { endOf, expect, test as base } from "../support/test.ts";

const guide = join(dirname(fileURLToPath(import.meta.url)), "../../docs/guides/browsers.md");

/** A server of pages, on a separate origin. */
async function pages(): Promise<{ server: Server; origin: string }> {
  const server = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end("<!DOCTYPE html><title>App</title>"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const test = base.extend<{ app: string; stranger: string }>({
  app: async ({}, use) => {
    const { server, origin } = await pages();
    await use(origin);
    server.close();
  },
  stranger: async ({}, use) => {
    const { server, origin } = await pages();
    await use(origin);
    server.close();
  },
  latchkey: async ({ app }, use) => {
    const latchkey = await Latchkey.withAdministrator({ LATCHKEY_CORS_ORIGINS: app });
    await use(latchkey);
    await endOf(latchkey);
  },
});

test.use({ expectedError: /blocked by CORS policy/ });

interface Call {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What a page's script sees of a call: `null` if the browser hides the response. */
const call = async ({ url, method = "GET", headers = {}, body }: Call) => {
  try {
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    return { status: answer.status, challenge: answer.headers.get("www-authenticate"), body: await answer.json() };
  } catch {
    return null;
  }
};

test("every page can read the metadata and the keys, and pages of configured origins get tokens", async ({ page, latchkey, app, stranger }) => {
  const script = await Session.signIn(latchkey);
  const { key, secret } = await script.createActiveKey("oauth_client", "Agent");
  const token = (authorization: string): Call => ({
    url: `${latchkey.url}/oauth/token`,
    method: "POST",
    headers: { Authorization: authorization, "Content-Type": "application/x-www-form-urlencoded", "X-Client": "app" },
    body: "grant_type=client_credentials",
  });
  for (const origin of [app, stranger]) {
    await page.goto(origin);
    for (const path of ["oauth-authorization-server", "openid-configuration", "oauth-protected-resource", "jwks.json"]) {
      // The MCP SDKs send a custom header, for which the browser sends a preflight.
      const headers = { "MCP-Protocol-Version": "2025-06-18" };
      const read = await page.evaluate(call, { url: `${latchkey.url}/.well-known/${path}`, headers });
      expect(read?.status, `${path} from ${origin}`).toBe(200);
    }
    expect(await page.evaluate(call, { url: `${latchkey.url}/api/v1/ping`, headers: { Authorization: bearer("x") } })).toBeNull();
    expect(await page.evaluate(call, { url: `${latchkey.url}/api/session`, method: "POST", body: "{}" })).toBeNull();
  }

  await page.goto(app);
  const issued = await page.evaluate(call, token(basic(key.id, secret)));
  expect(issued).toMatchObject({ status: 200, body: { token_type: "Bearer" } });
  latchkey.secrets.add(issued?.body.access_token);
  const refused = await page.evaluate(call, token(bearer("x")));
  expect(refused).toMatchObject({ status: 401, body: { error: "invalid_client" } });
  expect(refused?.challenge, "no login window").toMatch(/^Bearer /);
  const posted = { ...token(""), body: `grant_type=client_credentials&client_id=${key.id}&client_secret=wrong` };
  expect((await page.evaluate(call, posted))?.challenge, "an empty header, and no login window").toMatch(/^Bearer /);

  await page.goto(stranger);
  expect(await page.evaluate(call, token(basic(key.id, secret)))).toBeNull();
});

test("the authorization endpoint is a readable page", async ({ page, latchkey }) => {
  const answer = await page.goto(`${latchkey.url}/oauth/authorize?response_type=code&redirect_uri=https://evil.example/`);
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This server issues tokens to machines only");
  expect(page.url()).toContain("/oauth/authorize");
  expect(await page.context().cookies()).toEqual([]);
});

test("the guide's preflight is answered as the guide shows", async ({}) => {
  const text = readFileSync(guide, "utf8");
  const [, origins = ""] = text.match(/^LATCHKEY_CORS_ORIGINS=(\S+) latchkey serve$/m) ?? [];
  const [, command = "", shown = ""] = text.match(/```sh not-run\n(curl [^]*?)\n```\n\n```text\n([^]*?)\n```/) ?? [];
  const latchkey = await Latchkey.fresh({ LATCHKEY_CORS_ORIGINS: origins });
  const shell = new Shell(latchkey.folder, {});
  try {
    const { output, status } = await shell.run(command.replace("http://127.0.0.1:3000", latchkey.url));
    expect(status).toBe(0);
    for (const line of shown.split("\n")) expect(output.split("\r\n").some((printed) => isAsShown(line, printed)), `${line} in\n${output}`).toBe(true);
  } finally {
    shell.end();
    await latchkey.stop();
    latchkey.remove();
  }
});
