import { setTimeout as pause } from "node:timers/promises";

/**
 * Starts writers that create, activate and deactivate keys, and record what was acknowledged. The ledger maps a key's ID to its
 * secret and to the states that it may be in: the acknowledged one, and the requested one if no answer came.
 */
export function startWriters(session, url, ledger, { writers = 4, rest = 0, isExpected = () => false } = {}) {
  const seen = { acknowledged: 0, refused: [] };
  let writing = true;
  const loops = Array.from({ length: writers }, async () => {
    while (writing) {
      await writeOne(session, url, ledger, seen, (answer) => {
        if (answer.status !== 0 && !isExpected(answer)) seen.refused.push(answer);
        // Without an answer the server is gone.
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
  // The number of changes varies, so that some keys end active and some inactive.
  for (const state of ["active", "inactive", "active"].slice(0, 1 + (seen.acknowledged % 3))) {
    entry.states = [...entry.states, state];
    const answer = await session.at(url).trySetStatus(key, state);
    if (answer.status !== 200) return onFailure(answer);
    entry.states = [state];
    seen.acknowledged++;
  }
}

/** The keys whose acknowledged state is not in the database. */
export function missing(ledger, keys) {
  return [...ledger].flatMap(([id, { states }]) => {
    const found = keys.get(id)?.state ?? "missing";
    return states.includes(found) ? [] : [`${id} is ${found}, but was acknowledged as ${states.join(" or ")}`];
  });
}
