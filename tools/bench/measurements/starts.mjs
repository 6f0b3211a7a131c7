import { setTimeout as pause } from "node:timers/promises";
import { folderOf } from "../fixtures/folder.mjs";
import { basic } from "../../harness/http.mjs";
import { median } from "../../harness/statistics.mjs";
import { copyOf, startLatchkey } from "../servers/latchkey.mjs";
import { memory } from "../../harness/programs.mjs";

/** Cold starts: the time from a process's start until it is ready, the first use of a key after that, and the idle memory. */

/** How long after a start the idle memory is read, in milliseconds: part of what is measured. */
const settlingTime = 3_000;

const counts = [1_000, 100_000];
const starts = 5;
const named = (count) => `${count.toLocaleString("en")} keys`;

export const title = "Start";
export const figures = counts.flatMap((count) => [
  `boot to ready, ${named(count)}`,
  `first use after a start, ${named(count)}`,
  `idle memory, ${named(count)}`,
]);

export async function measure(wanted) {
  const measured = {};
  for (const count of counts) {
    if (![...wanted].some((figure) => figure.endsWith(named(count)))) continue;
    const { folder: original, keys } = await folderOf(count);
    const folder = copyOf(original);
    const [boots, uses] = [[], []];
    for (let start = 0; start < starts; start++) {
      const latchkey = await startLatchkey(folder);
      boots.push(latchkey.startedIn);
      uses.push(await firstUse(latchkey.url, keys[start].secret));
      await latchkey.stop();
    }
    const latchkey = await startLatchkey(folder);
    await pause(settlingTime);
    const idle = memory(latchkey.pid);
    await latchkey.stop();
    measured[`boot to ready, ${named(count)}`] = { value: median(boots) };
    measured[`first use after a start, ${named(count)}`] = { value: median(uses) };
    measured[`idle memory, ${named(count)}`] = { value: idle };
    console.log(`  ${named(count)}: ready in ${Math.round(median(boots))} ms, ${Math.round(idle)} MiB idle`);
  }
  return measured;
}

/** The milliseconds that the first use of a key takes in this process. */
async function firstUse(url, secret) {
  const before = performance.now();
  const answer = await fetch(`${url}/api/v1/ping`, { headers: { Authorization: basic(secret) } });
  if (!answer.ok) throw new Error(`the first use of a key: ${answer.status}`);
  await answer.arrayBuffer();
  return performance.now() - before;
}
