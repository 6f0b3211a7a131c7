import { setTimeout as pause } from "node:timers/promises";
import { introspect, pingWithToken, requestToken } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { waitFor } from "../../harness/wait.mjs";
import { times } from "../report/figures.mjs";
import { startNodes } from "../servers/node.mjs";

/**
 * Tokens are requested on three nodes without a pause while their client is deactivated on one of them. The latest tokens are
 * presented to every node when the call returns, and then every token that was ever issued, even one whose answer came later.
 */

export const title = "A client deactivated during a flood of /oauth/token";

const atOnce = 60;

export function run({ quick }) {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const nodes = await startNodes(scope, 3, await postgres.createDatabase("token_flood"));
    const session = await openSession(nodes[0].url);
    const client = await session.at(nodes[0].url).createKey("oauth_client", "Order import");
    const inspector = await session.at(nodes[0].url).createInspector();
    const seen = { took: [], tokens: 0, stillValid: 0, issuedLate: 0, revived: 0, checks: 0 };
    const rounds = quick ? 5 : 100;
    for (let round = 0; round < rounds; round++) await flood({ session, nodes, client, inspector }, nodes[round % 3], seen);
    return {
      rounds,
      figures: [`${seen.tokens.toLocaleString("en")} tokens, presented ${seen.checks.toLocaleString("en")} times`, times("set-status", seen.took)],
      lost: seen.stillValid + seen.issuedLate + seen.revived,
      promises: [
        { what: "no token was valid on any node after set-status had returned", kept: seen.stillValid === 0 },
        { what: "no node issued a token that was requested after that", kept: seen.issuedLate === 0 },
        { what: "no token was valid again after the next Activate", kept: seen.revived === 0 },
        { what: "tokens were issued in each round", kept: seen.tokens > rounds * 10 },
      ],
    };
  });
}

async function flood(site, changed, seen) {
  const { session, nodes, client } = site;
  await session.at(changed.url).activate(client);
  const flooded = startFlood(nodes, client);
  await waitFor("the flood of tokens", () => flooded.issued.length >= 120);
  const called = performance.now();
  await session.at(changed.url).deactivate(client);
  const returned = performance.now();
  seen.took.push(returned - called);
  const latest = flooded.issued.slice(-5).map(({ token }) => token);
  seen.stillValid += await countValid(site, latest, seen);
  // The flood goes on for a moment, so that a token that is issued too late is seen.
  await pause(20);
  const issued = await flooded.end();
  seen.tokens += issued.length;
  seen.issuedLate += issued.filter(({ asked }) => asked > returned).length;
  const tokens = issued.map(({ token }) => token);
  seen.stillValid += await countValid(site, tokens, seen);
  await session.at(changed.url).activate(client);
  seen.revived += await countValid(site, tokens.slice(-10), seen);
}

/** Starts four callers for each node. `issued` holds the tokens so far; `end` returns all of them. */
function startFlood(nodes, client) {
  const issued = [];
  let flooding = true;
  const caller = async ({ url }) => {
    while (flooding) {
      const asked = performance.now();
      const { status, body } = await requestToken(url, client);
      if (status === 200) issued.push({ asked, token: JSON.parse(body).access_token });
      else if (status !== 401) throw new Error(`/oauth/token: ${status} ${body}`);
    }
  };
  const callers = nodes.flatMap((node) => Array.from({ length: 4 }, () => caller(node)));
  return {
    issued,
    async end() {
      flooding = false;
      await Promise.all(callers);
      return issued;
    },
  };
}

/** Presents tokens to each node by ping and by introspection, and counts how often one is valid. */
async function countValid({ nodes, inspector }, tokens, seen) {
  let good = 0;
  const show = async (url, token) => {
    const [pinged, introspected] = await Promise.all([pingWithToken(url, token), introspect(url, inspector, token)]);
    if (introspected.status !== 200) throw new Error(`/oauth/introspect: ${introspected.status} ${introspected.body}`);
    seen.checks += 2;
    if (pinged.status !== 401) good++;
    if (JSON.parse(introspected.body).active !== false) good++;
  };
  await Promise.all(nodes.map(async ({ url }) => {
    // Many at a time, because an address that is refused often has to wait.
    for (let first = 0; first < tokens.length; first += atOnce) {
      await Promise.all(tokens.slice(first, first + atOnce).map((token) => show(url, token)));
    }
  }));
  return good;
}
