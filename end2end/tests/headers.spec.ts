import { get } from "node:http";
import { basic, bearer, ping } from "../support/machine.ts";
import { expect, test } from "../support/test.ts";

test("pages have a strict policy and are not stored; hashed files are cached forever", async ({ latchkey, page }) => {
  const files: Promise<[string, Record<string, string>]>[] = [];
  page.on("response", (response) => {
    const path = new URL(response.url()).pathname;
    if (path.startsWith("/pkg/")) files.push(response.allHeaders().then((headers) => [path, headers]));
  });
  const answer = await page.goto(`${latchkey.url}/sign-in`);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  const headers = (await answer?.allHeaders()) ?? {};
  const policy = headers["content-security-policy"] ?? "";
  expect(policy).toContain("'wasm-unsafe-eval'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("'unsafe-inline'");
  expect(headers["cache-control"]).toContain("no-store");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  const assets = await Promise.all(files);
  expect(assets.map(([path]) => path.split(".").at(-1)).sort()).toEqual(expect.arrayContaining(["css", "js", "wasm"]));
  for (const [path, { "cache-control": caching, "content-encoding": encoding }] of assets) {
    expect(caching, path).toContain("immutable");
    expect(["br", "gzip"], path).toContain(encoding);
  }
});

/** The challenges that a program other than a browser gets: `fetch` sends `Sec-Fetch-Mode: cors`, as a script in a page does. */
function challengesOfProgram(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      answer.resume();
      resolve((answer.headersDistinct["www-authenticate"] ?? []).join(", "));
    }).on("error", reject);
  });
}

test("without a credential, the challenges come without an error, Bearer first", async ({ latchkey }) => {
  const answer = await ping(latchkey);
  expect(answer.status).toBe(401);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const challenge = answer.headers.get("www-authenticate") ?? "";
  expect(challenge).toMatch(/^Bearer realm=(?!.*(Basic|error))/);
  expect(await challengesOfProgram(`${latchkey.url}/api/v1/ping`)).toMatch(/^Bearer realm=(?!.*error).*, Basic realm=/);
  for (const authorization of [basic("x"), bearer("x")]) {
    expect((await ping(latchkey, authorization)).headers.get("www-authenticate")).toBeTruthy();
  }
});

test("the metadata of RFC 8414 and the keys of RFC 7517 are served", async ({ latchkey }) => {
  const metadata = await (await fetch(`${latchkey.url}/.well-known/oauth-authorization-server`)).json();
  expect(metadata).toMatchObject({ issuer: latchkey.url, token_endpoint: `${latchkey.url}/oauth/token` });
  const { keys } = await (await fetch(metadata.jwks_uri)).json();
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" });
  expect(keys[0]).not.toHaveProperty("d");
});

test("the server says that it runs and that it is ready", async ({ latchkey }) => {
  for (const path of ["/livez", "/readyz"]) expect((await fetch(latchkey.url + path)).status, path).toBe(200);
});
