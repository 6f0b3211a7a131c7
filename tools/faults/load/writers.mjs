import { setTimeout as pause } from "node:timers/promises";

/**
 * Writers that create keys, activate and deactivate them, and note what was acknowledged. A ledger maps a key's ID to its
 * secret and to the states that it may be in: the acknowledged one, and the one that was asked for when no answer came.
 */
export function startWriters(session, url, ledger, { writers = 4, rest = 0, isExpected = () => false } = {}) {
  const seen = { acknowledged: 0, refused: [] };
  let writing = true;
  const loops = Array.from({ length: writers }, async () => {
    while (writing) {
      await writeOne(session, url, ledger, seen, (answer) => {
        if (answer.status !== 0 && !isExpected(answer)) seen.refused.push(answer);
        // Without an answer there is no server any more.
        if (answer.status === 0) writing = false;
      });
      await pause(rest);
    }
  });
  return {
    seen,
    async end() {
      writing = false;
      await Promise.all(loops);
      return seen;
    },
  };
}

async function writeOne(session, url, ledger, seen, onFailure) {
  const created = await session.at(url).ask("/api/access-keys/create", { kind: "api_key", name: "Warehouse" });
  if (created.status !== 200) return onFailure(created);
  const { key, secret } = JSON.parse(created.body);
  const entry = { secret, states: ["inactive"] };
  ledger.set(key.id, entry);
  seen.acknowledged++;
  // In turn: some end active, and some do not.
  for (const state of ["active", "inactive", "active"].slice(0, 1 + (seen.acknowledged % 3))) {
    entry.states = [...entry.states, state];
    const answer = await session.at(url).trySetStatus(key, state);
    if (answer.status !== 200) return onFailure(answer);
    entry.states = [state];
    seen.acknowledged++;
  }
}

/** What was acknowledged, and is not so in the database. */
export function missing(ledger, keys) {
  return [...ledger].flatMap(([id, { states }]) => {
    const found = keys.get(id)?.state ?? "not there";
    return states.includes(found) ? [] : [`${id} is ${found}, and was acknowledged as ${states.join(" or ")}`];
  });
}
