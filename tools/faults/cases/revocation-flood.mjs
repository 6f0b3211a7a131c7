import { setTimeout as pause } from "node:timers/promises";
import { ping, pingWithToken, requestToken, revoke } from "../../harness/http.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { times } from "../report/figures.mjs";
import { startNode } from "../servers/node.mjs";

/** One client requests tokens and revokes them without end, on twelve connections, while a key and another client do their work. */

export const title = "A client that revokes without end";

/** How many tokens a client may revoke in a minute by default. */
const perMinute = 600;

export function run({ quick }) {
  return inScope(async (scope) => {
    const node = await startNode();
    scope.defer(() => node.stop("SIGKILL"));
    const { url } = node;
    const session = await openSession(url);
    const key = await session.at(url).createActiveKey();
    const [client, other] = [await session.at(url).createActiveKey("oauth_client"), await session.at(url).createActiveKey("oauth_client")];
    const token = await tokenOf(url, other);
    const flood = startFlood(url, client);
    scope.defer(flood.end);
    const seen = { pings: [], failed: 0, seconds: quick ? 10 : 60 };
    for (const end = performance.now() + seen.seconds * 1000; performance.now() < end; await pause(5)) {
      for (const answer of [await ping(url, key), await pingWithToken(url, token)]) {
        seen.pings.push(answer.took);
        if (answer.status !== 200) seen.failed++;
      }
    }
    await flood.end();
    const others = await tokenOf(url, other);
    const othersRevoked = (await revoke(url, other, others)).status === 200 && (await pingWithToken(url, others)).status === 401;
    const { revoked, refused, waits } = flood;
    const alive = await statuses(url, revoked);
    const ended = await statuses(url, refused);
    const history = JSON.parse((await session.at(url).ask("/api/access-keys/get", { id: client.id })).body).history;
    return {
      rounds: revoked.length + flood.refusals,
      figures: [
        `${revoked.length.toLocaleString("en")} tokens revoked in ${seen.seconds} s, ${flood.refusals.toLocaleString("en")} revocations refused`,
        times(`${seen.pings.length.toLocaleString("en")} valid calls beside them`, seen.pings),
      ],
      lost: seen.failed + alive.filter((status) => status !== 401).length + ended.filter((status) => status !== 200).length,
      promises: [
        { what: "all valid calls are answered with 200", kept: seen.failed === 0 },
        { what: "each token that was acknowledged as revoked is refused", kept: alive.every((status) => status === 401) },
        { what: "a token whose revocation was refused stays valid", kept: ended.length > 0 && ended.every((status) => status === 200) },
        { what: "each refusal is 503 with Retry-After", kept: waits.length > 0 && waits.every((wait) => wait >= 1) },
        { what: "no more are revoked than the limit allows", kept: revoked.length <= perMinute + Math.ceil((perMinute * (seen.seconds + 5)) / 60) },
        { what: "the other client revokes its own", kept: othersRevoked },
        { what: "the client's history has no record of them", kept: history.length === 2 },
      ],
    };
  });
}

async function tokenOf(url, client) {
  const { status, body } = await requestToken(url, client);
  if (status !== 200) throw new Error(`/oauth/token: ${status} ${body}`);
  return JSON.parse(body).access_token;
}

/** The statuses of a ping with each token; only the last fifty, if there are more. */
function statuses(url, tokens) {
  return Promise.all(tokens.slice(-50).map(async (token) => (await pingWithToken(url, token)).status));
}

function startFlood(url, client) {
  const flood = { revoked: [], refused: [], refusals: 0, waits: [] };
  let flooding = true;
  const caller = async () => {
    while (flooding) {
      const token = await tokenOf(url, client);
      const { status, body, headers } = await revoke(url, client, token);
      if (status === 200) flood.revoked.push(token);
      else if (status === 503) {
        flood.refusals++;
        flood.waits.push(Number(headers["retry-after"]));
        flood.refused = [...flood.refused.slice(-49), token];
      } else throw new Error(`/oauth/revoke: ${status} ${body}`);
    }
  };
  const callers = Promise.all(Array.from({ length: 12 }, caller));
  flood.end = async () => {
    flooding = false;
    await callers;
  };
  return flood;
}
