// The gateways of deploy/gateways with their configurations, in front of an API that answers every request.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessToken, basic, bearer } from "../../support/machine.ts";
import { stepsOf, isAsShown } from "../../support/document.ts";
import { Shell } from "../../support/shell.ts";
import { documented, gateways, gatewaysDocument } from "../support/gateway.ts";
import { by, expect, test } from "../support/gateway-test.ts";

const IDENTITY = ["Id", "Kind", "Name", "Organization", "Scopes"];

/** The headers by which a client may claim another identity. */
const forged: [string, string][] = IDENTITY.flatMap((part): [string, string][] => [
  [`Latchkey-Credential-${part}`, "forged"],
  [`latchkey-credential-${part.toLowerCase()}`, "forged too"],
  [`Latchkey_Credential_${part}`, "forged"],
  [`LATCHKEY-CREDENTIAL_${part.toUpperCase()}`, "forged"],
]);

/** Debian's Caddy is years older than the newest one, and accepts the same configuration. */
const programs = [...gateways.map((name) => ({ name, distribution: false })), { name: "caddy", distribution: true }];

for (const { name, distribution } of programs) {
  test.describe(distribution ? `${name} of the distribution` : name, () => {
    test.use({ name, distribution });

    test("lets a valid key through, with its identity and without its secret", async ({ latchkey, script, api, through, key }) => {
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

    test("stops every credential that is not a valid key", async ({ script, api, through, key }) => {
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

    test("offers no Basic to a page's script, because the browser would open a login window", async ({ through, key }) => {
      const challenges = async (mode: string, headers: [string, string][] = []) =>
        (await through({ headers: [["Sec-Fetch-Mode", mode], ...headers] })).challenges;
      for (const mode of ["cors", "no-cors", "same-origin"]) {
        expect(await challenges(mode), mode).toMatch(/^Bearer(?!.*Basic)/);
        expect(await challenges(mode, by(bearer(`${key.secret}x`)).headers), mode).toMatch(/^Bearer(?!.*Basic)/);
      }
      expect(await challenges("navigate")).toMatch(name === "nginx" ? /^Bearer/ : /^Bearer.*Basic/);
      expect((await through({})).challenges).toMatch(name === "nginx" ? /^Bearer/ : /^Bearer.*Basic/);
    });

    test("lets a key with the path's scope through, and stops one without it", async ({ script, api, through, key }) => {
      for (const path of ["/orders", "/orders/7", "/orders/7?scope="]) {
        expect(await through({ path, ...by(bearer(key.secret)) }), path).toEqual({
          status: 403,
          challenges: expect.stringContaining('error="insufficient_scope"'),
        });
      }
      expect(api.received).toEqual([]);
      await script.call("/api/scopes/define", { name: "orders:read" });
      await script.call("/api/access-keys/set-scopes", { id: key.key.id, scopes: ["orders:read"] });
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

    test("refuses while Latchkey does not answer", async ({ latchkey, api, through, key }) => {
      test.setTimeout(90_000);
      process.kill(latchkey.pid, "SIGSTOP");
      try {
        expect((await through(by(bearer(key.secret)))).status).toBeGreaterThanOrEqual(500);
        expect(api.received).toEqual([]);
      } finally {
        process.kill(latchkey.pid, "SIGCONT");
      }
    });

    test("passes the caller's address to Latchkey, whatever the caller claims", async ({ script, through, key }) => {
      const claim: [string, string] = ["X-Forwarded-For", "203.0.113.9"];
      const headers: [string, string][] = [["Authorization", bearer(key.secret)], claim];
      expect(await through({ from: "127.0.0.9", headers })).toMatchObject({ status: 200 });
      const { key: used } = await script.call("/api/access-keys/get", { id: key.key.id });
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

test.describe("nginx with a location that sets a header by itself", () => {
  const location = readFileSync(join(import.meta.dirname, "../../../deploy/gateways/nginx/README.md"), "utf8").match(/```nginx\n([^]*?)```/)?.[1] ?? "";
  test.use({ name: "nginx", location });

  test("passes on no claimed identity and no secret", async ({ script, api, through, key }) => {
    await script.call("/api/scopes/define", { name: "reports:read" });
    expect((await through({ path: "/reports/7", ...by(bearer(key.secret)) })).status).toBe(403);
    await script.call("/api/access-keys/set-scopes", { id: key.key.id, scopes: ["reports:read"] });
    await through({ path: "/reports/7", headers: [...forged.filter(([header]) => !header.includes("_")), ...by(bearer(key.secret)).headers] });
    const headers = api.received[0]?.headers ?? {};
    expect(headers).toMatchObject({ "latchkey-credential-id": [key.key.id], "x-report-format": ["csv"] });
    expect(JSON.stringify(headers)).not.toContain("forged");
    expect(headers).not.toHaveProperty("authorization");
  });
});
