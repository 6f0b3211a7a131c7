import { setTimeout as pause } from "node:timers/promises";
import { introspect, pingWithToken, requestToken } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { times } from "../report/figures.mjs";
import { startNodes } from "../servers/node.mjs";

/**
 * Tokens are asked for on three nodes without a pause while their client is deactivated on one of them. The latest tokens are
 * shown to every node at the moment at which the call returns, and then each that was ever issued, also one whose answer came later.
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
    const seen = { took: [], tokens: 0, stillGood: 0, issuedLate: 0, revived: 0, checks: 0 };
    const rounds = quick ? 5 : 100;
    for (let round = 0; round < rounds; round++) await flood({ session, nodes, client, inspector }, nodes[round % 3], seen);
    return {
      rounds,
      figures: [`${seen.tokens.toLocaleString("en")} tokens, shown ${seen.checks.toLocaleString("en")} times`, times("set-status", seen.took)],
      lost: seen.stillGood + seen.issuedLate + seen.revived,
      promises: [
        { what: "no token was good on any node after set-status had returned", kept: seen.stillGood === 0 },
        { what: "no node issued a token to whoever asked after that", kept: seen.issuedLate === 0 },
        { what: "no token was good again after the next Activate", kept: seen.revived === 0 },
        { what: "tokens were issued in each round", kept: seen.tokens > rounds * 10 },
      ],
    };
  });
}

async function flood(site, own, seen) {
  const { session, nodes, client } = site;
  await session.at(own.url).activate(client);
  const flooded = startFlood(nodes, client);
  await pause(60);
  const called = performance.now();
  await session.at(own.url).deactivate(client);
  const returned = performance.now();
  seen.took.push(returned - called);
  const latest = flooded.issued.slice(-5).map(({ token }) => token);
  seen.stillGood += await goodOnes(site, latest, seen);
  await pause(20);
  const issued = await flooded.end();
  seen.tokens += issued.length;
  seen.issuedLate += issued.filter(({ asked }) => asked > returned).length;
  const tokens = issued.map(({ token }) => token);
  seen.stillGood += await goodOnes(site, tokens, seen);
  await session.at(own.url).activate(client);
  seen.revived += await goodOnes(site, tokens.slice(-10), seen);
}

/** Four callers of each node. Holds what was issued so far, and returns it at its end. */
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

/** How many times a token is good, shown to each node at the ping and at the introspection. */
async function goodOnes({ nodes, inspector }, tokens, seen) {
  let good = 0;
  const show = async (url, token) => {
    const [pinged, introspected] = await Promise.all([pingWithToken(url, token), introspect(url, inspector, token)]);
    if (introspected.status !== 200) throw new Error(`/oauth/introspect: ${introspected.status} ${introspected.body}`);
    seen.checks += 2;
    if (pinged.status !== 401) good++;
    if (JSON.parse(introspected.body).active !== false) good++;
  };
  await Promise.all(nodes.map(async ({ url }) => {
    // Many at a time: whoever is refused often is kept waiting.
    for (let first = 0; first < tokens.length; first += atOnce) {
      await Promise.all(tokens.slice(first, first + atOnce).map((token) => show(url, token)));
    }
  }));
  return good;
}
