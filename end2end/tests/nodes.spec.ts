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
    const message = page.getByRole("status").filter({ hasText: "is inactive" });
    await expect(message).toHaveText(
      new RegExp(
        `^“Order import” is inactive on 3 of 3 nodes as of ${clock}\\. Last accepted call ${clock} from 127\\.0\\.0\\.1\\. ` +
          "Latchkey refuses every earlier access token now; a service that checks only the signature may accept one " +
          // In an hour it may be tomorrow.
          `until (${day}, )?${clock}\\.$`,
      ),
    );
    for (const token of tokens) expect(await cluster.verdicts(bearer(token))).toEqual([401, 401, 401]);
    if (process.env.LATCHKEY_PICTURES) await page.screenshot({ path: "../docs/deactivated.png", animations: "disabled" });

    // The message stays until it is dismissed.
    await page.getByRole("button", { name: "Dismiss" }).click();
    await expect(message).toBeHidden();
    await row.activate.click();
    await expect(page.getByRole("status").filter({ hasText: "is active on 3 of 3 nodes" })).toBeVisible();
  });
});

test("one node does not count nodes", async ({ accessKeys, latchkey, page, script }) => {
  const { secret } = await script.createActiveKey("api_key", "Warehouse");
  await ping(latchkey, basic(secret));
  await accessKeys.open("api_key");
  await accessKeys.row("Warehouse").confirmDeactivation();
  const message = page.getByRole("status").filter({ hasText: "is inactive" });
  await expect(message).toHaveText(
    new RegExp(`^“Warehouse” is inactive as of ${clock}\\. Last accepted call ${clock} from 127\\.0\\.0\\.1\\.$`),
  );
});
