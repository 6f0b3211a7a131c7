import { existsSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { introspect, ping, pingWithToken, requestToken } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { duration } from "../report/figures.mjs";
import { startNode } from "../servers/node.mjs";

/**
 * Three nodes, one with its clock ahead and one with its clock behind. Their verdicts about each other's tokens and about keys that
 * expire are compared with the rule: a time that the node's clock has not reached is accepted up to a minute ahead of it, and an
 * expiry that the clock has passed is not.
 */

export const title = "Clocks 120 s ahead and behind";

const leeway = 60;
// Within this many seconds of an edge, either verdict is right: times are whole seconds, and an answer takes time to arrive.
const unsure = 3;

export function run({ quick }) {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const seen = { verdicts: 0, wrong: [], confirmed: [], took: [] };
    for (const offsets of [[0, 120, -120], [0, 50, -5]]) {
      const database = await postgres.createDatabase(`clocks_${offsets[1]}`);
      const nodes = [];
      for (const offset of offsets) nodes.push(await startWithClock(scope, offset, database));
      const site = await makeSite(nodes);
      await compareVerdicts(site, seen);
      await deactivate(site, seen);
      if (offsets[1] === 120) await expire(site, seen, quick ? 10_000 : 140_000);
    }
    for (const what of seen.wrong.slice(0, 10)) console.log(`   ${what}`);
    const of = (kind) => seen.wrong.filter((what) => what.startsWith(kind)).length;
    return {
      rounds: seen.verdicts,
      figures: [`${seen.verdicts.toLocaleString("en")} verdicts`, `deactivated on all three within ${duration(Math.max(...seen.took))}`],
      lost: seen.wrong.length,
      promises: [
        { what: "tokens are judged by each node's own clock, with a minute of leeway for what is new", kept: of("token") === 0 },
        { what: "nothing deactivated is accepted, then or after the next Activate", kept: of("deactivated") === 0 },
        { what: "nothing expired is accepted, and what was refused once is not accepted again", kept: of("expired") === 0 },
        { what: "deactivations are confirmed by all three", kept: seen.confirmed.every((count) => count === 3) },
      ],
    };
  });
}

async function startWithClock(scope, offset, database) {
  const node = await startNode({
    LATCHKEY_DATABASE: database,
    LATCHKEY_NODE_NAME: `node${offset}`,
    ...(offset === 0 ? {} : clock(offset)),
  });
  scope.defer(() => node.stop("SIGKILL"));
  return Object.assign(node, { offset, now: () => Date.now() / 1000 + offset });
}

/** Shifts the time of day only: the monotonic clock stays as it is. */
function clock(offset) {
  const library = findLibrary();
  if (!library) throw new Error("libfaketime is missing: run scripts/setup-faults.sh");
  return { LD_PRELOAD: library, FAKETIME: `${offset > 0 ? "+" : ""}${offset}s`, FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}

const findLibrary = () =>
  readdirSync("/usr/lib").map((folder) => `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`).find((path) => existsSync(path));

async function makeSite(nodes) {
  const [{ url }] = nodes;
  const session = await openSession(url);
  const client = await session.at(url).createActiveKey("oauth_client");
  const inspector = await session.at(url).createInspector();
  return { nodes, url, session, client, inspector };
}

/** Presents tokens with a lifetime of an hour and of a minute, issued by each node, to every node. */
async function compareVerdicts({ nodes, url, session, client, inspector }, seen) {
  for (const lifetime of [3600, 60]) {
    await session.at(url).ask("/api/access-keys/set-token-lifetime", { id: client.id, token_lifetime: lifetime });
    for (const issuer of nodes) {
      const token = await issue(issuer, client);
      const { iat, exp } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
      if (Math.abs(iat - issuer.now()) > unsure || exp - iat !== lifetime) seen.wrong.push(`token of node${issuer.offset} from ${iat} to ${exp}`);
      for (const verifier of nodes) {
        const now = verifier.now();
        if ([iat - leeway, exp].some((edge) => Math.abs(now - edge) < unsure)) continue;
        const isGood = iat - leeway <= now && now < exp;
        const pinged = (await pingWithToken(verifier.url, token)).status === 200;
        const { active } = JSON.parse((await introspect(verifier.url, inspector, token)).body);
        seen.verdicts += 2;
        if (pinged !== isGood || active !== isGood) {
          seen.wrong.push(`token of ${lifetime} s from node${issuer.offset} at node${verifier.offset}: ping ${pinged}, introspection ${active}, by the rule ${isGood}`);
        }
      }
    }
  }
}

async function issue({ url, name }, client) {
  const { status, body } = await requestToken(url, client);
  if (status !== 200) throw new Error(`${name} issues no token: ${status} ${body}`);
  return JSON.parse(body).access_token;
}

/**
 * Deactivates a key and a client on each node in turn. No node may accept the key, the client's secret or its tokens, nor the
 * tokens after the client is active again.
 */
async function deactivate({ nodes, url, session, client }, seen) {
  await session.at(url).ask("/api/access-keys/set-token-lifetime", { id: client.id, token_lifetime: 3600 });
  const key = await session.at(url).createActiveKey();
  for (const changed of nodes) {
    await Promise.all([session.at(changed.url).activate(key), session.at(changed.url).activate(client)]);
    const tokens = await Promise.all(nodes.map((node) => issue(node, client)));
    for (const subject of [key, client]) {
      const before = performance.now();
      const { applied } = await session.at(changed.url).deactivate(subject);
      seen.took.push(performance.now() - before);
      seen.confirmed.push(applied.length);
    }
    await refusedEverywhere(nodes, (node) => ping(node.url, key), "deactivated key", seen);
    await refusedEverywhere(nodes, (node) => requestToken(node.url, client), "deactivated client", seen);
    for (const token of tokens) await refusedEverywhere(nodes, (node) => pingWithToken(node.url, token), "deactivated client's token", seen);
    await session.at(changed.url).activate(client);
    for (const token of tokens) await refusedEverywhere(nodes, (node) => pingWithToken(node.url, token), "deactivated client's token, after Activate", seen);
  }
}

async function refusedEverywhere(nodes, question, what, seen) {
  for (const node of nodes) {
    const { status } = await question(node);
    seen.verdicts++;
    if (status !== 401) seen.wrong.push(`${what}: ${status} at node${node.offset}`);
  }
}

/**
 * Watches a key that expires in a few seconds on every node, until all clocks have passed its expiry, or as many as the time
 * allows.
 */
async function expire({ nodes, url, session }, seen, watchedFor) {
  const endsAt = Date.now() + 4000;
  const created = await session.at(url).ask("/api/access-keys/create", { kind: "api_key", name: "Visitor", expires_at: endsAt });
  const { key, secret } = JSON.parse(created.body);
  await session.at(url).activate(key);
  const refused = new Set();
  for (const end = performance.now() + watchedFor; performance.now() < end; await pause(100)) {
    for (const node of nodes) {
      const before = node.now() * 1000;
      const { status } = await ping(node.url, { secret });
      seen.verdicts++;
      if (status === 200 && refused.has(node)) seen.wrong.push(`expired key: accepted again at node${node.offset}`);
      if (status === 200 && before > endsAt + 50) seen.wrong.push(`expired key: accepted at node${node.offset}`);
      if (status === 401 && node.now() * 1000 < endsAt - 50) seen.wrong.push(`expired key: refused too early at node${node.offset}`);
      if (status === 401) refused.add(node);
    }
  }
}
