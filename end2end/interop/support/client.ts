import { join } from "node:path";
import { runProgram } from "../../../tools/harness/programs.mjs";
import type { Latchkey } from "../../support/latchkey.ts";
import type { Session } from "../../support/session.ts";

/** The credentials of an OAuth client. */
export interface Client {
  id: string;
  secret: string;
}

/** Creates an active client with the scope `orders:read` that may introspect tokens. */
export async function newClient(script: Session): Promise<Client> {
  await script.call("/api/scopes/define", { name: "orders:read", description: "Read orders" });
  const { key, secret } = await script.createActiveKey("oauth_client", "Order import");
  await script.call("/api/access-keys/set-scopes", { id: key.id, scopes: ["orders:read", "tokens:introspect"] });
  return { id: key.id, secret };
}

/** Creates an active client that authenticates with the private key of a key pair. */
export async function newClientWithKey(script: Session, publicKey: object): Promise<string> {
  const created = await script.call("/api/access-keys/create", { kind: "oauth_client", name: "Ledger", public_key: publicKey });
  await script.setStatus(created.key.id, "active");
  return created.key.id;
}

/** Runs a Python script of the folder `clients` and returns the JSON that it prints. */
export async function python(file: string, latchkey: Latchkey, variables: Record<string, string>): Promise<any> {
  const interpreter = join(process.env.OAUTH_PYTHON ?? "", "bin/python");
  const env = { PATH: process.env.PATH, ISSUER: latchkey.url, ...variables };
  const { status, stdout, output } = await runProgram(interpreter, [join(import.meta.dirname, "../clients", file)], { env });
  if (status !== 0) throw new Error(`${file}: ${output}`);
  return JSON.parse(stdout);
}
