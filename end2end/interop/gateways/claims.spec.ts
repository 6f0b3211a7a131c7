// Attempts of a client to get around a gateway: other spellings of a path, and headers that claim another identity. The tables
// are those of deploy/gateways/README.md.
import { bearer } from "../../support/machine.ts";
import { tableBelow } from "../../support/document.ts";
import type { Received } from "../support/api.ts";
import { gateways, gatewaysDocument } from "../support/gateway.ts";
import { by, expect, test } from "../support/gateway-test.ts";

const spellings = tableBelow("Spellings of a path", gatewaysDocument);
const claims = tableBelow("What a client claims", gatewaysDocument);
const titles: Record<string, string> = { nginx: "nginx", caddy: "Caddy", traefik: "Traefik", envoy: "Envoy", haproxy: "HAProxy" };

/** Whether an API that normalizes paths very generously would read this one as a path below /orders. */
function isOfOrders(path: string): boolean {
  const decoded = path.split("?")[0]!.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  const segments = decoded.replace(/^\w+:\/\/[^/]*/, "").split(/[/\\]/).map((segment) => segment.replace(/;.*/, "").replace(/(?<=.)[. ]+$/, "").trim());
  const { pathname } = new URL(segments.filter(Boolean).join("/").toLowerCase(), "http://api/");
  return /^\/orders(\/|$)/.test(pathname);
}

/** What happened to a header that a client sent, in the words of the table. */
function fate(name: string, received: Received | undefined, status: number): string {
  if (!received) return `${status}`;
  if (name === "Connection") return "no effect";
  const asRead = (header: string) => header.toLowerCase().replaceAll("_", "-");
  const values = Object.entries(received.headers).filter(([header]) => asRead(header) === asRead(name));
  if (values.every(([, [value]]) => value === "")) return "dropped";
  return JSON.stringify(values).includes("forged") ? "PASSED ON" : "replaced";
}

for (const name of gateways) {
  const title = titles[name] ?? name;

  test.describe(name, () => {
    test.use({ name });

    test("answers each spelling of a path as its document shows", async ({ api, through, key }) => {
      const answers: Record<string, string> = {};
      for (const { path = "" } of spellings) {
        const { status } = await through({ path, ...by(bearer(key.secret)) });
        answers[path] = `${status}`;
      }
      expect(answers).toEqual(Object.fromEntries(spellings.map((row) => [row.path, row[title]])));
      expect(api.received).toHaveLength(spellings.filter((row) => row[title] === "200").length);
      expect(api.received.map(({ path }) => path).filter(isOfOrders)).toEqual([]);
    });

    test("passes on what a client claims as its document shows", async ({ api, through, key }) => {
      const fates: Record<string, string> = {};
      for (const { header = "" } of claims) {
        const [field = "", value = "forged"] = header.split(": ");
        api.received.length = 0;
        const { status } = await through({ headers: [[field, value], ...by(bearer(key.secret)).headers] });
        fates[header] = fate(field, api.received[0], status);
        for (const received of api.received) {
          expect(received.headers["latchkey-credential-id"], header).toEqual([key.key.id]);
          expect(received.headers["x-forwarded-for"], header).toEqual(["127.0.0.1"]);
        }
      }
      expect(fates).toEqual(Object.fromEntries(claims.map((row) => [row.header, row[title]])));
    });

    test("opens no tunnel to the API, in which requests would not be verified", async ({ api, through, key }) => {
      for (const upgrade of ["h2c", "websocket"]) {
        const headers: [string, string][] = [["Connection", "Upgrade, HTTP2-Settings"], ["Upgrade", upgrade], ["HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA"]];
        await through({ headers: [...headers, ...by(bearer(key.secret)).headers] });
      }
      expect(api.received.filter(({ headers }) => "upgrade" in headers)).toEqual([]);
    });

    test.describe("with browsers' preflights let through", () => {
      test.use({ preflights: true });

      test("lets a preflight through without a credential and without a claimed identity, and nothing else", async ({ api, through, key }) => {
        const preflight: [string, string][] = [["Origin", "https://shop.example"], ["Access-Control-Request-Method", "GET"]];
        const forged: [string, string][] = [["Latchkey-Credential-Id", key.key.id], ["Latchkey_Credential_Id", key.key.id]];
        expect(await through({ method: "OPTIONS", path: "/orders/7", headers: [...preflight, ...forged] })).toMatchObject({ status: 200 });
        expect(api.received).toMatchObject([{ method: "OPTIONS", path: "/orders/7" }]);
        expect(JSON.stringify(api.received)).not.toContain(key.key.id);
        api.received.length = 0;
        for (const method of ["GET", "POST", "HEAD"]) {
          expect((await through({ method, path: "/orders/7", headers: preflight })).status, method).toBe(401);
        }
        expect((await through({ method: "OPTIONS", path: "/orders/7" })).status).toBe(401);
        expect((await through({ method: "OPTIONS", path: "/orders/7", headers: preflight.slice(0, 1) })).status).toBe(401);
        expect((await through({ method: "OPTIONS", path: "/orders;x=1/7", headers: preflight })).status).toBeGreaterThanOrEqual(400);
        expect(api.received).toEqual([]);
        expect(await through({ path: "/stock", ...by(bearer(key.secret)) })).toMatchObject({ status: 200 });
      });
    });

    test("asks for the credential of a preflight as shipped", async ({ api, through }) => {
      const headers: [string, string][] = [["Origin", "https://shop.example"], ["Access-Control-Request-Method", "GET"]];
      expect((await through({ method: "OPTIONS", path: "/orders/7", headers })).status).toBe(401);
      expect(api.received).toEqual([]);
    });

    test.describe("that denies by default", () => {
      test.use({ variant: "default-deny" });

      test("lets through to named paths only, each with its scope", async ({ script, api, through, key }) => {
        await script.call("/api/scopes/define", { name: "orders:read" });
        await script.call("/api/scopes/define", { name: "stock:read" });
        await script.call("/api/access-keys/set-scopes", { id: key.key.id, scopes: ["orders:read"] });
        const as = by(bearer(key.secret));
        expect((await through({ path: "/orders/7", ...as })).status).toBe(200);
        expect((await through({ path: "/orders", ...as })).status).toBe(200);
        expect((await through({ path: "/stock/7", ...as })).status).toBe(403);
        expect((await through({ path: "/stock/7" })).status).toBe(401);
        expect(api.received.map(({ path }) => path)).toEqual(["/orders/7", "/orders"]);
        for (const path of ["/", "/admin", "/ordersx", "/x/orders/7", "/favicon.ico"]) {
          expect((await through({ path, ...as })).status, path).toBe(404);
        }
        for (const { path = "" } of spellings) await through({ path, ...as });
        expect(api.received.map(({ path }) => path).filter((path) => !isOfOrders(path))).toEqual([]);
      });

      test("replaces what a client says of itself", async ({ script, api, through, key }) => {
        await script.call("/api/scopes/define", { name: "orders:read" });
        await script.call("/api/access-keys/set-scopes", { id: key.key.id, scopes: ["orders:read"] });
        const headers: [string, string][] = claims.map(({ header = "" }) => [header, "forged"] as [string, string]);
        const sent = headers.filter(([header]) => !header.includes(":"));
        const { status } = await through({ path: "/orders/7", headers: [...sent, ...by(bearer(key.secret)).headers] });
        if (status !== 200) return expect(api.received, `answered ${status}`).toEqual([]);
        expect(JSON.stringify(api.received)).not.toContain("forged");
        expect(api.received[0]?.headers["latchkey-credential-id"]).toEqual([key.key.id]);
      });
    });
  });
}
