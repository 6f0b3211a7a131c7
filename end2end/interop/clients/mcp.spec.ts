// The unmodified official MCP SDKs, in the programs of docs/guides/mcp.md: from a server's 401 to its answer.
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";
import type { Latchkey } from "../../support/latchkey.ts";
import { basic, bearer } from "../../support/machine.ts";
import type { Session } from "../../support/session.ts";
import { type Client, newClientWithKey } from "../support/client.ts";
import { RunningServer, freePort, programsOf, run } from "../support/programs.ts";
import { expect, test } from "../support/test.ts";

const programs = programsOf("guides/mcp.md");
const ANSWER = { status: 0, output: "Order 7: 12 pallets\n" };

const port = await freePort();
const url = `http://127.0.0.1:${port}/mcp`;

test.use({ environment: { LATCHKEY_AUDIENCE: `urn:example:latchkey,${url}` } });
// All tests use one address.
test.describe.configure({ mode: "default" });

function text(name: string): string {
  const program = programs.get(name);
  if (!program) throw new Error(`the guide has no ${name}`);
  return program;
}

/** Writes a program of the guide with the addresses of this test. */
function write(name: string, program: string, latchkey: Latchkey): string {
  const changes = [
    ["http://127.0.0.1:3000", latchkey.url],
    ["http://127.0.0.1:8000/mcp", url],
    ["port=8000", `port=${port}`],
    ["app.listen(8000,", `app.listen(${port},`],
  ] as const;
  const folder = test.info().outputPath("programs");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, changes.reduce((changed, [from, to]) => changed.replaceAll(from, to), program));
  return file;
}

/** The clients of the guide, with the parts for a key pair in place of the parts for a secret. */
function clientsWithKeyPairs(): [string, string][] {
  const python = text("client.py").replace(/^def provider\(\):\n(?: .*\n)+/m, () => text("private_key.py"));
  const [imported = "", variables = "", provider = ""] = text("private-key.mjs").split("\n").filter((line) => line !== "");
  const js = text("client.mjs")
    .replace(/^import \{ ClientCredentialsProvider .*$/m, () => imported)
    .replace(/^const \{ CLIENT_ID, CLIENT_SECRET \} .*$/m, () => variables)
    .replace(/^const authProvider = .*\n(?: .*\n|\}\);\n)*/m, () => `${provider}\n`);
  return [["client_by_key.py", python], ["client-by-key.mjs", js]];
}

async function newClient(script: Session, name: string, scopes: string[]): Promise<Client> {
  const { key, secret } = await script.createActiveKey("oauth_client", name);
  await script.call("/api/access-keys/set-scopes", { id: key.id, scopes });
  return { id: key.id, secret };
}

/** Creates what the reader of the guide creates. */
async function parties(script: Session): Promise<{ client: Client; server: Client }> {
  await script.call("/api/scopes/define", { name: "orders:read", description: "Read orders" });
  return { client: await newClient(script, "Agent", ["orders:read"]), server: await newClient(script, "MCP server", ["tokens:introspect"]) };
}

async function token(latchkey: Latchkey, { id, secret }: Client, resource?: string): Promise<string> {
  const answer = await fetch(`${latchkey.url}/oauth/token`, {
    method: "POST",
    headers: { Authorization: basic(id, secret) },
    body: new URLSearchParams({ grant_type: "client_credentials", ...(resource ? { resource } : {}) }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  latchkey.secrets.add(token);
  return token;
}

/** Sends the first message of an MCP client and returns the status and the challenge of the answer. */
async function statusOf(credential?: string): Promise<{ status: number; challenge: string }> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream", ...(credential ? { Authorization: bearer(credential) } : {}) },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } },
    }),
  });
  await answer.text();
  return { status: answer.status, challenge: answer.headers.get("www-authenticate") ?? "" };
}

for (const program of ["server.py", "server.mjs"]) {
  test(`both SDKs call the guide's ${program} with a token that they discover how to get`, async ({ latchkey, script }) => {
    test.setTimeout(120_000);
    const { client, server } = await parties(script);
    const running = await RunningServer.start(write(program, text(program), latchkey), url, { SERVER_ID: server.id, SERVER_SECRET: server.secret });
    try {
      const refused = await statusOf();
      expect(refused.status).toBe(401);
      expect(refused.challenge).toContain("resource_metadata=");

      const variables = { CLIENT_ID: client.id, CLIENT_SECRET: client.secret };
      for (const name of ["client.py", "client.mjs"]) {
        expect(await run(write(name, text(name), latchkey), variables), name).toEqual(ANSWER);
      }

      const elsewhere = await token(latchkey, client);
      expect((await statusOf(elsewhere)).status, "a token for another audience").toBe(401);
      const lacking = await newClient(script, "Without scopes", []);
      expect((await statusOf(await token(latchkey, lacking, url))).status, "a token without the scope").toBe(403);
      const { key, secret } = await script.createActiveKey("api_key", "Key");
      await script.call("/api/access-keys/set-scopes", { id: key.id, scopes: ["orders:read"] });
      expect((await statusOf(secret)).status, "an API key that never expires").toBe(200);
      const good = await token(latchkey, client, url);
      expect((await statusOf(good)).status).toBe(200);
      await script.setStatus(client.id, "inactive");
      expect((await statusOf(good)).status, "a deactivated client").toBe(401);
    } finally {
      await running.stop();
    }
  });
}

test("both SDKs authenticate with a key pair, with assertions of any lifetime that they choose", async ({ latchkey, script }) => {
  test.setTimeout(120_000);
  const { server } = await parties(script);
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = await newClientWithKey(script, publicKey.export({ format: "jwk" }));
  await script.call("/api/access-keys/set-scopes", { id, scopes: ["orders:read"] });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  latchkey.secrets.add(pem.split("\n")[1] ?? "");
  const running = await RunningServer.start(write("server.py", text("server.py"), latchkey), url, { SERVER_ID: server.id, SERVER_SECRET: server.secret });
  try {
    for (const [name, program] of clientsWithKeyPairs()) {
      expect(await run(write(name, program, latchkey), { CLIENT_ID: id, CLIENT_PRIVATE_KEY: pem }), name).toEqual(ANSWER);
    }
  } finally {
    await running.stop();
  }
});

/** An MCP server without any code for tokens, behind a gateway that asks Latchkey about each request. */
async function behindGateway(latchkey: Latchkey): Promise<Server> {
  const verify = `${latchkey.url}/verify?resource=${encodeURIComponent(url)}&scope=orders:read`;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url !== "/mcp") return void response.writeHead(404).end();
    const { authorization } = request.headers;
    const verdict = await fetch(verify, { headers: authorization ? { Authorization: authorization } : {} });
    if (!verdict.ok) {
      const challenge = verdict.headers.get("www-authenticate");
      return void response.writeHead(verdict.status, challenge ? { "WWW-Authenticate": challenge } : {}).end();
    }
    if (request.method !== "POST") return void response.writeHead(405).end();
    const server = new McpServer({ name: "Orders", version: "1.0.0" });
    server.registerTool("order", { description: "Reads an order.", inputSchema: { number: z.number() } }, async ({ number }) => ({
      content: [{ type: "text", text: `Order ${number}: 12 pallets` }],
    }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await server.connect(transport);
    await transport.handleRequest(request, response);
  };
  const gateway = createServer((request, response) => void answer(request, response).catch(() => response.writeHead(502).end()));
  await new Promise<void>((resolve) => gateway.listen(port, "127.0.0.1", resolve));
  expect((gateway.address() as AddressInfo).port).toBe(port);
  return gateway;
}

test("behind a gateway, the challenge of /verify leads both SDKs to a token", async ({ latchkey, script }) => {
  test.setTimeout(120_000);
  const { client } = await parties(script);
  const gateway = await behindGateway(latchkey);
  try {
    for (const name of ["client.py", "client.mjs"]) {
      const variables = { CLIENT_ID: client.id, CLIENT_SECRET: client.secret };
      expect(await run(write(name, text(name), latchkey), variables), name).toEqual(ANSWER);
    }
  } finally {
    gateway.closeAllConnections();
    gateway.close();
  }
});
