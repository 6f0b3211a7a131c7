// The programs of docs/guides/frameworks.md: the tokens that each library accepts and refuses.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Latchkey } from "../../support/latchkey.ts";
import { accessToken } from "../../support/machine.ts";
import { newClient } from "../support/client.ts";
import { programsOf, run } from "../support/programs.ts";
import { expect, test } from "../support/test.ts";

const programs = programsOf("guides/frameworks.md");

/** Programs that validate a token, and whether their library supports EdDSA. */
const CHECKS: Record<string, boolean> = {
  "jose.mjs": true,
  "oauth4webapi.mjs": true,
  "jsonwebtoken.mjs": false,
  "express-oauth2-jwt-bearer.mjs": true,
  "express-jwt.mjs": false,
  "passport-jwt.mjs": false,
  "pyjwt_check.py": true,
  "authlib_check.py": false,
};

/** Runs a program's check on TOKEN and CHANGED, with a clock that differs by SHIFT seconds. Prints both results. */
const NODE = `
const shift = Number(process.env.SHIFT) * 1000;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...time) { if (time.length) super(...time); else super(RealDate.now() + shift); }
  static now() { return RealDate.now() + shift; }
};
const program = await import(process.env.PROGRAM);
let check = program.check;
if (program.middleware) {
  const { default: express } = await import("express");
  const app = express();
  app.use(program.middleware, (request, response) => response.json(request.auth?.payload ?? request.auth ?? request.user));
  app.use((error, request, response, next) => response.status(error.status ?? 500).send(error.message));
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  check = async (token) => {
    const answer = await fetch(\`http://127.0.0.1:\${server.address().port}/\`, { headers: { Authorization: \`Bearer \${token}\` } });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
}
const result = async (token) => Promise.resolve(token).then(check).then(({ client_id }) => client_id, () => null);
console.log(JSON.stringify({ good: await result(process.env.TOKEN), changed: await result(process.env.CHANGED) }));
process.exit(0);
`;

const PYTHON = `
import datetime, importlib.util, json, os, time
shift = int(os.environ["SHIFT"])
now = time.time
time.time = lambda: now() + shift
class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) + datetime.timedelta(seconds=shift)
try:
    import jwt.api_jwt
    jwt.api_jwt.datetime = Shifted
except ImportError:
    pass
spec = importlib.util.spec_from_file_location("program", os.environ["PROGRAM"])
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
def result(token):
    try:
        return program.check(token)["client_id"]
    except Exception:
        return None
print(json.dumps({"good": result(os.environ["TOKEN"]), "changed": result(os.environ["CHANGED"])}))
`;

/** Changes a claim of a token, so that its signature no longer matches. */
const changed = (token: string): string => {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const more = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), scope: "everything" };
  return [header, Buffer.from(JSON.stringify(more)).toString("base64url"), signature].join(".");
};

/** Writes a program of the guide, with the address and the algorithm of this server. */
function write(name: string, latchkey: Latchkey, algorithm: string, change = (text: string) => text): string {
  const folder = test.info().outputPath("programs");
  mkdirSync(folder, { recursive: true });
  const program = programs.get(name);
  if (!program) throw new Error(`the guide has no ${name}`);
  const file = join(folder, name);
  writeFileSync(file, change(program.replaceAll("http://127.0.0.1:3000", latchkey.url).replaceAll("ES256", algorithm)));
  writeFileSync(join(folder, "run.mjs"), NODE);
  writeFileSync(join(folder, "run.py"), PYTHON);
  return file;
}

async function verdicts(file: string, token: string, shift: number): Promise<{ good: string | null; changed: string | null }> {
  const runner = join(file, "..", file.endsWith(".py") ? "run.py" : "run.mjs");
  const { status, output } = await run(runner, { PROGRAM: file, TOKEN: token, CHANGED: changed(token), SHIFT: `${shift}` });
  expect(status, output).toBe(0);
  return JSON.parse(output);
}

const PUBLIC = { LATCHKEY_PUBLIC_URL: "https://keys.example.com", LATCHKEY_AUDIENCE: "https://api.example.com" };

for (const algorithm of ["ES256", "EdDSA", "RS256"]) {
  test.describe(`tokens signed with ${algorithm}`, () => {
    test.use({ environment: { ...PUBLIC, LATCHKEY_SIGNING_ALGORITHM: algorithm } });

    for (const [name, knowsEdDsa] of Object.entries(CHECKS)) {
      const knows = knowsEdDsa || algorithm !== "EdDSA";
      test(`${name} ${knows ? "accepts" : "cannot check"} a token, by a name inside the network`, async ({ latchkey, script }) => {
        const { id, secret } = await newClient(script);
        const token = await accessToken(latchkey, id, secret);
        const file = write(name, latchkey, algorithm);
        expect(await verdicts(file, token, 0)).toEqual({ good: knows ? id : null, changed: null });
        if (knows) expect(await verdicts(file, token, -30), "with a clock that is behind").toEqual({ good: id, changed: null });
      });
    }
  });
}

test.describe("settings that matter", () => {
  test.use({ environment: PUBLIC });

  for (const [name, setting, without] of [
    ["jose.mjs", `typ: "at+jwt"`, `typ: "JWT"`],
    ["jose.mjs", `algorithms: ["ES256"]`, `algorithms: ["RS256"]`],
    ["jsonwebtoken.mjs", `algorithms: ["ES256"]`, `algorithms: ["RS256"]`],
    ["express-oauth2-jwt-bearer.mjs", `tokenSigningAlg: "ES256"`, `tokenSigningAlg: "RS256"`],
    ["express-jwt.mjs", `algorithms: ["ES256"]`, `algorithms: ["RS256"]`],
    ["pyjwt_check.py", `algorithms=["ES256"]`, `algorithms=["RS256"]`],
    ["pyjwt_check.py", "leeway=60", "leeway=0"],
    ["authlib_check.py", "leeway=60", "leeway=0"],
    ["jose.mjs", `audience: "https://api.example.com"`, `audience: "https://keys.example.com"`],
    ["pyjwt_check.py", `issuer="https://keys.example.com"`, `issuer="http://127.0.0.1"`],
  ] as const) {
    test(`${name} refuses a good token with ${without}`, async ({ latchkey, script }) => {
      const { id, secret } = await newClient(script);
      const token = await accessToken(latchkey, id, secret);
      const file = write(name, latchkey, "ES256", (program) => {
        expect(program).toContain(setting);
        return program.replace(setting, without);
      });
      expect(await verdicts(file, token, -30)).toEqual({ good: null, changed: null });
    });
  }

  test("openid-client requests and introspects tokens at endpoints that are set by hand", async ({ latchkey, script }) => {
    const { id, secret } = await newClient(script);
    const openid = await import("openid-client");
    const { client } = await import(write("openid-client.mjs", latchkey, "ES256"));
    const config = client(id, secret);
    const token = await openid.clientCredentialsGrant(config, { resource: "https://api.example.com/" });
    latchkey.secrets.add(token.access_token);
    const introspected = await openid.tokenIntrospection(config, token.access_token);
    expect(introspected).toMatchObject({ active: true, iss: "https://keys.example.com", aud: "https://api.example.com" });
  });

  test("introspection covers tokens, and API keys that never expire", async ({ latchkey, script }) => {
    const { id, secret } = await newClient(script);
    const { key, secret: apiKey } = await script.createActiveKey("api_key", "Warehouse");
    const { ask } = await import(write("introspection.mjs", latchkey, "ES256"));
    const inAMinute = Math.floor(Date.now() / 1000) + 60;
    for (const [credential, client] of [[await accessToken(latchkey, id, secret), id], [apiKey, key.id]] as const) {
      const result = await ask(credential, id, secret);
      expect(result.client).toBe(client);
      expect(Math.abs(result.until - inAMinute)).toBeLessThan(30);
    }
    expect(await ask("nonsense", id, secret)).toBeUndefined();
  });
});
