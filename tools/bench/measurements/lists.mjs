import { Session } from "../../harness/session.mjs";
import { folderOf } from "../fixtures/folder.mjs";
import { inRounds } from "../load/rounds.mjs";
import { load, postJson } from "../load/requests.mjs";
import { copyOf, startLatchkey } from "../servers/latchkey.mjs";

/**
 * Pages of 50 keys: 20 pages in turn, spread over the whole list; and a search that finds one key by a part of its name. The
 * load has one connection, because the figure is how long an administrator waits.
 */

const pages = 20;
const list = "/api/access-keys/list";
const asked = { kind: "api_key", limit: 50 };
const searched = ["yr north", "yr south", "yr east", "yr west"];

export const title = "Lists";
export const figures = ["page, 1,000 keys", "page, 100,000 keys", "search, 1,000 keys", "search, 100,000 keys"];

export async function measure(_wanted, options) {
  const servers = [];
  const loads = {};
  for (const count of [1_000, 100_000]) {
    const { folder, cookie } = await folderOf(count);
    const latchkey = await startLatchkey(copyOf(folder));
    servers.push(latchkey);
    const session = new Session(latchkey.url, cookie);
    const cursors = await spreadCursors(session);
    const url = latchkey.url + list;
    const named = `${count.toLocaleString("en")} keys`;
    loads[`page, ${named}`] = load(url, cursors.map((cursor) => postJson(url, cookie, { ...asked, cursor })));
    loads[`search, ${named}`] = load(url, searched.map((search) => postJson(url, cookie, { ...asked, search })));
    for (const search of searched) await requireOneMatch(session, search);
  }
  const measured = await inRounds(loads, { ...options, connections: 1 });
  for (const server of servers) await server.stop();
  return measured;
}

/** Pages through the whole list and returns cursors that are spread over it. */
async function spreadCursors(session) {
  const cursors = [undefined];
  for (;;) {
    const { next_cursor: cursor } = await session.call(list, { ...asked, cursor: cursors.at(-1) });
    if (!cursor) break;
    cursors.push(cursor);
  }
  return Array.from({ length: pages }, (_, number) => cursors[Math.floor((number * cursors.length) / pages)]);
}

async function requireOneMatch(session, search) {
  const { keys } = await session.call(list, { ...asked, search });
  if (keys.length !== 1) throw new Error(`a search for ${search} finds ${keys.length} keys instead of one`);
}
