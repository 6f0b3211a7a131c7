import { connections, ping } from "../../harness/http.mjs";
import { administrator } from "../../harness/latchkey.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession, signIn } from "../../harness/session.mjs";
import { waitFor } from "../../harness/wait.mjs";
import { duration, times } from "../report/figures.mjs";
import { startNode } from "../servers/node.mjs";

/**
 * Wrong passwords on seventy connections without a pause: first all from one address, as if everyone came through a proxy that was
 * not declared; then each from a different address, so that no limit by address stops them and the queue of hashes is full. At the
 * same time a browser that the account knows signs in, and API keys are used.
 */

export const title = "A flood of sign-ins beside a known device";

/** How long a sign-in of the known device may take, in milliseconds. */
const allowed = 2000;

export async function run({ quick }) {
  const seen = { attempts: 0, hashed: 0, busy: 0, limited: 0, known: [], refusedKnown: 0, pings: [], failedPings: 0 };
  const rounds = quick ? 5 : 15;
  await inScope((scope) => flooded(scope, { LATCHKEY_TRUSTED_PROXIES: "" }, () => undefined, rounds, seen));
  await inScope((scope) => flooded(scope, { LATCHKEY_TRUSTED_PROXIES: "127.0.0.1" }, anyAddress, rounds, seen));
  return {
    rounds: seen.attempts,
    figures: [
      `${seen.limited.toLocaleString("en")} wrong sign-ins were refused as too many, ${seen.busy.toLocaleString("en")} because the queue was full`,
      times(`${seen.known.length} sign-ins of the known device`, seen.known),
      `longest ${duration(Math.max(...seen.known))}`,
      times("pings", seen.pings),
    ],
    lost: seen.refusedKnown + seen.failedPings,
    promises: [
      { what: "the known device signs in each time", kept: seen.refusedKnown === 0 && seen.known.length === rounds * 2 },
      { what: `within ${allowed / 1000} s`, kept: Math.max(...seen.known) < allowed },
      { what: "all pings are answered with 200", kept: seen.failedPings === 0 },
      { what: "the flood met the limit by address, and the end of the queue", kept: seen.limited > 100 && seen.busy > 100 },
    ],
  };
}

let last = 0;
/** Returns a different address each time. */
const anyAddress = () => `198.18.${(last >> 8) & 255}.${last++ & 255}`;

async function flooded(scope, settings, address, rounds, seen) {
  const node = await startNode(settings);
  scope.defer(() => node.stop("SIGKILL"));
  const key = await (await openSession(node.url)).createActiveKey();
  const first = await signIn(node.url, administrator, { from: address() });
  const device = first.headers["set-cookie"].map((cookie) => cookie.split(";")[0]).find((cookie) => cookie.includes("_device"));
  const flood = startFlood(node.url, address, seen);
  scope.defer(flood.end);
  for (let round = 0; round < rounds; round++) {
    await flood.continues();
    const signedIn = await signIn(node.url, administrator, { cookie: device, from: address(), agent: false });
    seen.known.push(signedIn.took);
    if (signedIn.status !== 200) seen.refusedKnown++;
    const pinged = await ping(node.url, key);
    seen.pings.push(pinged.took);
    if (pinged.status !== 200) seen.failedPings++;
  }
  await flood.end();
}

function startFlood(url, address, seen) {
  const agent = connections(70);
  let flooding = true;
  let answered = 0;
  const stranger = async (number) => {
    while (flooding) {
      // The accounts do not exist, so that no limit by account stops the flood.
      const credentials = { email: `stranger-${number}-${seen.attempts++}@example.com`, password: "wrong-lantern-48-ferry" };
      const { status, body } = await signIn(url, credentials, { from: address(), agent });
      answered++;
      if (status === 401) seen.hashed++;
      else if (status === 429) seen.limited++;
      else if (status === 503) seen.busy++;
      else throw new Error(`/api/sign-in: ${status} ${body}`);
    }
  };
  const strangers = Promise.all(Array.from({ length: 70 }, (_, number) => stranger(number)));
  return {
    /** Waits until the flood has received some more answers. */
    async continues() {
      const before = answered;
      await waitFor("more answers to the flood", () => answered >= before + 70, { every: 1 });
    },
    async end() {
      flooding = false;
      await strangers;
    },
  };
}
