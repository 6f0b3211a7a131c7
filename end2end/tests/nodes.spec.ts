import { AccessKeysPage } from "../pages/access-keys.ts";
import { Cluster } from "../support/cluster.ts";
import { accessToken, basic, bearer, ping } from "../support/machine.ts";
import { Session } from "../support/session.ts";
import { endOf, enter, expect, test } from "../support/test.ts";

const clock = "\\d\\d:\\d\\d:\\d\\d";
const day = "\\d{1,2} \\w+ \\d{4}";

test.describe("three nodes on one PostgreSQL", () => {
  const clusterTest = test.extend<{ cluster: Cluster }>({
    cluster: async ({}, use) => {
      const cluster = await Cluster.start(["berlin-1", "berlin-2", "berlin-3"]);
      await use(cluster);
      for (const node of cluster.nodes) await endOf(node);
    },
    latchkey: async ({ cluster }, use) => use(cluster.first),
  });

  clusterTest("Deactivate says that it holds on all of them, and it does", async ({ cluster, page, context }) => {
    const script = await Session.signIn(cluster.first);
    const { key, secret } = await script.createActiveKey("oauth_client", "Order import");
    const tokens = await Promise.all(cluster.nodes.map((node) => accessToken(node, key.id, secret)));
    for (const token of tokens) expect(await cluster.verdicts(bearer(token))).toEqual([200, 200, 200]);

    await enter(context, script);
    const accessKeys = new AccessKeysPage(page, cluster.first);
    await accessKeys.open();
    const row = accessKeys.row("Order import");
    await row.confirmDeactivation();
    const told = page.getByRole("status").filter({ hasText: "Deactivated" });
    await expect(told).toHaveText(
      new RegExp(
        `^Order import: Deactivated on 3 of 3 nodes at ${clock}\\. Last accepted call ${clock} from 127\\.0\\.0\\.1\\. ` +
          "Latchkey refuses every earlier access token now; a service that checks only the signature may accept one " +
          // An hour on can be tomorrow.
          `until (${day}, )?${clock}\\.$`,
      ),
    );
    for (const token of tokens) expect(await cluster.verdicts(bearer(token))).toEqual([401, 401, 401]);
    if (process.env.LATCHKEY_PICTURES) await page.screenshot({ path: "../docs/deactivated.png", animations: "disabled" });

    // What was told stays until it is read.
    await page.getByRole("button", { name: "Dismiss" }).click();
    await expect(told).toBeHidden();
    await row.activate.click();
    await expect(page.getByRole("status").filter({ hasText: "Activated on 3 of 3 nodes" })).toBeVisible();
  });
});

test("one node says the same of itself", async ({ accessKeys, latchkey, page, script }) => {
  const { secret } = await script.createActiveKey("api_key", "Warehouse");
  await ping(latchkey, basic(secret));
  await accessKeys.open("api_key");
  await accessKeys.row("Warehouse").confirmDeactivation();
  const told = page.getByRole("status").filter({ hasText: "Deactivated" });
  await expect(told).toHaveText(
    new RegExp(`^Warehouse: Deactivated on 1 of 1 node at ${clock}\\. Last accepted call ${clock} from 127\\.0\\.0\\.1\\.$`),
  );
});
