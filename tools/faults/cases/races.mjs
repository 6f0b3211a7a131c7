import { ping } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { times } from "../report/figures.mjs";
import { startNodes } from "../servers/node.mjs";
import { contradictions, storedKeys } from "../stored.mjs";

/**
 * Two nodes receive a change of one key at the same moment: one activates it, the other deactivates it. Either may be the later
 * one; when both have answered, all nodes must agree on which it was.
 */

export const title = "Activate and Deactivate of one key, raced on two nodes";

export function run({ quick }) {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const nodes = await startNodes(scope, 2, await postgres.createDatabase("races"));
    const session = await openSession(nodes[0].url);
    const key = await session.at(nodes[0].url).createKey();
    const rounds = quick ? 300 : 10_000;
    const seen = { took: [], disagreed: 0, active: 0 };
    for (let round = 0; round < rounds; round++) await race(session, nodes, key, round, seen);

    const keys = await storedKeys((sql) => postgres.query(sql, "races"));
    const wrong = contradictions(keys);
    for (const what of wrong.slice(0, 10)) console.log(`   ${what}`);
    const { state, records } = keys.get(key.id);
    const verdicts = await Promise.all(nodes.map(({ url }) => ping(url, key)));
    const isAgreed = verdicts.every(({ status }) => status === (state === "active" ? 200 : 401));
    return {
      rounds,
      figures: [
        times("each call", seen.took),
        `Activate was the later one ${seen.active.toLocaleString("en")} times`,
        `${records.length.toLocaleString("en")} audit records`,
      ],
      lost: seen.disagreed + wrong.length + (isAgreed ? 0 : 1),
      promises: [
        { what: "after each round both nodes agree", kept: seen.disagreed === 0 },
        { what: "in the end they agree with the database", kept: isAgreed },
        { what: "the audit records, in the order of their revisions, end in the key's state", kept: wrong.length === 0 },
        // Otherwise there was no race.
        { what: "each of the two was the later one at times", kept: seen.active > 0 && seen.active < rounds },
      ],
    };
  });
}

async function race(session, nodes, key, round, seen) {
  const [one, other] = round % 2 === 0 ? nodes : [...nodes].reverse();
  const answers = await Promise.all([session.at(one.url).trySetStatus(key, "active"), session.at(other.url).trySetStatus(key, "inactive")]);
  for (const { status, body, took } of answers) {
    if (status !== 200) throw new Error(`set-status: ${status} ${body}`);
    if (JSON.parse(body).pending.length > 0) throw new Error(`set-status: pending: ${body}`);
    seen.took.push(took);
  }
  const verdicts = await Promise.all(nodes.map(({ url }) => ping(url, key)));
  if (verdicts[0].status !== verdicts[1].status) seen.disagreed++;
  if (verdicts[0].status === 200) seen.active++;
}
