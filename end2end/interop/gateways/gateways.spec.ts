// The gateways of deploy/gateways, by their configurations there, before an API that answers whatever reaches it.
import { accessToken, basic, bearer } from "../../support/machine.ts";
import { stepsOf, isAsShown } from "../../support/document.ts";
import type { CreatedKey } from "../../support/session.ts";
import { Shell } from "../../support/shell.ts";
import { Api, type Got, type Sent, send } from "../support/api.ts";
import { Gateway, documented, gateways, gatewaysDocument } from "../support/gateway.ts";
import { expect, test as base } from "../support/test.ts";

interface Fixtures {
  /** The folder of its configuration. */
  name: string;
  api: Api;
  gateway: Gateway;
  /** Sends a request through the gateway. */
  through: (sent: Sent) => Promise<Got>;
  /** An active API key without scopes. */
  key: CreatedKey;
}

const test = base.extend<Fixtures>({
  name: ["", { option: true }],
  environment: { LATCHKEY_TRUSTED_PROXIES: "127.0.0.1" },
  api: async ({}, use) => {
    const api = await Api.start();
    await use(api);
    api.stop();
  },
  gateway: async ({ name, latchkey, api }, use) => {
    const gateway = await Gateway.start(name, latchkey.url, api.address);
    await use(gateway);
    await gateway.stop();
  },
  through: async ({ gateway }, use) => use((sent) => send(gateway.host, sent)),
  key: async ({ script }, use) => use(await script.createActiveKey("api_key", "Wärehouse 7")),
});

const by = (authorization: string): Pick<Sent, "headers"> => ({ headers: [["Authorization", authorization]] });

const IDENTITY = ["Id", "Kind", "Name", "Organization", "Scopes"];

/** All that a client may try in order to pass for somebody else. */
const forged: [string, string][] = IDENTITY.flatMap((part): [string, string][] => [
  [`Latchkey-Credential-${part}`, "forged"],
  [`latchkey-credential-${part.toLowerCase()}`, "forged too"],
  [`Latchkey_Credential_${part}`, "forged"],
  [`LATCHKEY-CREDENTIAL_${part.toUpperCase()}`, "forged"],
]);

/** Spellings of /orders/7 that an API may take for it. */
const SPELLINGS = [
  "/orders/7", "//orders/7", "/./orders/7", "/x/../orders/7", "/%6frders/7", "/orders%2f7", "/x/%2e%2e/orders/7",
  "/x%2f..%2forders/7", "/orders/7?scope=", "/orders/7?scope=orders:read", "/orders/7#x", "/orders//7",
];

/** Whether an API may take a path for one below /orders/. */
function isOfOrders(path: string): boolean {
  const decoded = decodeURIComponent(path.split("?")[0] ?? "");
  return new URL(decoded.replace(/\/+/g, "/"), "http://api").pathname.startsWith("/orders/");
}

for (const name of gateways) {
  test.describe(name, () => {
    test.use({ name });

    test("lets a good key through, with who it is and without its secret", async ({ latchkey, script, api, through, key }) => {
      const client = await script.createActiveKey("oauth_client", "Order import");
      const token = await accessToken(latchkey, client.key.id, client.secret);
      for (const [authorization, { key: owner }, credentialName] of [
        [bearer(key.secret), key, "W%C3%A4rehouse 7"],
        [basic(key.secret), key, "W%C3%A4rehouse 7"],
        [bearer(token), client, "Order import"],
      ] as const) {
        for (const method of ["GET", "POST", "DELETE"]) {
          const body = method === "POST" ? "the client's body" : undefined;
          expect(await through({ method, path: "/stock?scope=x", body, ...by(authorization) })).toMatchObject({ status: 200 });
          const received = api.received.pop();
          expect(received).toMatchObject({ method, path: "/stock?scope=x", body: body ?? "" });
          expect(received?.headers).toMatchObject({
            "latchkey-credential-id": [owner.id],
            "latchkey-credential-kind": [owner.kind],
            "latchkey-credential-name": [credentialName],
            "latchkey-credential-organization": [expect.stringMatching(/^org_/)],
          });
          expect(received?.headers).not.toHaveProperty("authorization");
        }
      }
    });

    test("replaces what a client says of itself", async ({ api, through, key }) => {
      const answer = await through({ headers: [...forged, ["Authorization", bearer(key.secret)]] });
      const received = api.received.pop();
      if (answer.status !== 200) return expect(received, `answered ${answer.status}`).toBeUndefined();
      expect(JSON.stringify(received?.headers)).not.toContain("forged");
      expect(received?.headers["latchkey-credential-id"]).toEqual([key.key.id]);
      expect(received?.headers["latchkey-credential-scopes"] ?? [""]).toEqual([""]);
    });

    test("stops whatever is no good key", async ({ script, api, through, key }) => {
      const inactive = await script.createKey("api_key", "Not yet");
      expect(await through({})).toEqual({ status: 401, challenges: expect.stringMatching(/Basic|Bearer/) });
      for (const secret of ["nonsense", `${key.secret}x`, inactive.secret]) {
        expect(await through(by(bearer(secret))), secret).toMatchObject({ status: 401 });
        expect(await through(by(basic(secret))), secret).toMatchObject({ status: 401 });
      }
      const twice = { headers: [...(by(bearer(key.secret)).headers ?? []), ...(by(bearer(inactive.secret)).headers ?? [])] };
      expect((await through(twice)).status).toBeGreaterThanOrEqual(400);
      expect(await through({ path: `/?access_token=${key.secret}` })).toMatchObject({ status: 401 });
      await script.setStatus(key.key.id, "inactive");
      expect(await through(by(bearer(key.secret)))).toMatchObject({ status: 401 });
      expect(api.received).toEqual([]);
    });

    test("stops a key that lacks the path's scope, however the path is spelt", async ({ script, api, through, key }) => {
      expect(await through({ path: "/orders/7", ...by(bearer(key.secret)) })).toEqual({
        status: 403,
        challenges: expect.stringContaining('error="insufficient_scope"'),
      });
      for (const path of SPELLINGS) await through({ path, ...by(bearer(key.secret)) });
      expect(api.received.map(({ path }) => path).filter(isOfOrders)).toEqual([]);
      await script.call("/api/scopes/define", { name: "orders:read" });
      await script.call("/api/access-keys/set-scopes", { id: key.key.id, scopes: ["orders:read"] });
      api.received.length = 0;
      expect(await through({ path: "/orders/7?scope=x", ...by(bearer(key.secret)) })).toMatchObject({ status: 200 });
      expect(api.received).toMatchObject([{ path: "/orders/7?scope=x" }]);
      expect(api.received[0]?.headers["latchkey-credential-scopes"]).toEqual(["orders:read"]);
    });

    test("refuses while Latchkey is down, and serves again when it is back", async ({ latchkey, api, through, key }) => {
      const good = by(bearer(key.secret));
      expect(await through(good)).toMatchObject({ status: 200 });
      await latchkey.stop();
      for (const path of ["/", "/orders/7"]) {
        expect((await through({ path, ...good })).status, path).toBeGreaterThanOrEqual(500);
      }
      expect(api.received).toHaveLength(1);
      await latchkey.start();
      await expect.poll(async () => (await through(good)).status).toBe(200);
    });

    test("refuses while Latchkey says nothing", async ({ latchkey, api, through, key }) => {
      test.setTimeout(90_000);
      process.kill(latchkey.pid, "SIGSTOP");
      try {
        expect((await through(by(bearer(key.secret)))).status).toBeGreaterThanOrEqual(500);
        expect(api.received).toEqual([]);
      } finally {
        process.kill(latchkey.pid, "SIGCONT");
      }
    });

    test("tells Latchkey who calls, whatever the caller says", async ({ script, through, key }) => {
      const claim: [string, string] = ["X-Forwarded-For", "203.0.113.9"];
      const headers: [string, string][] = [["Authorization", bearer(key.secret)], claim];
      expect(await through({ from: "127.0.0.9", headers })).toMatchObject({ status: 200 });
      const used = await script.call("/api/access-keys/get", { id: key.key.id });
      expect(used.first_used.from).toBe("127.0.0.9");
    });

    test("does what its document shows", async ({ latchkey, gateway, key }) => {
      const shell = new Shell(latchkey.folder, { API_KEY: key.secret });
      let printed = "";
      for (const step of stepsOf(gatewaysDocument)) {
        if (step.kind === "run") {
          const { output, status } = await shell.run(step.commands.replaceAll(`127.0.0.1${documented.gateway}`, gateway.host));
          expect(status, output).toBe(0);
          printed = output;
        } else if (step.kind === "expect") {
          expect(isAsShown(step.output, printed), printed).toBe(true);
        }
      }
      shell.end();
    });
  });
}
