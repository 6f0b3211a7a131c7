import { type CreatedKey } from "../../support/session.ts";
import { Api, type Got, type Sent, send } from "./api.ts";
import { Gateway } from "./gateway.ts";
import { expect, test as base } from "./test.ts";

export { expect };

interface Fixtures {
  /** The folder of the gateway's configuration. */
  name: string;
  /** Which configuration of the folder it runs with. */
  variant: "server" | "default-deny";
  /** Whether to run the program of the distribution instead of the newest one. */
  distribution: boolean;
  /** A location that is added to nginx's server. */
  location: string;
  /** Whether to uncomment the lines that let browsers' preflights through. */
  preflights: boolean;
  api: Api;
  gateway: Gateway;
  /** Sends a request through the gateway. */
  through: (sent: Sent) => Promise<Got>;
  /** An active API key without scopes. */
  key: CreatedKey;
}

/** A gateway of `deploy/gateways` between clients and an API, with Latchkey beside it. */
export const test = base.extend<Fixtures>({
  name: ["", { option: true }],
  variant: ["server", { option: true }],
  distribution: [false, { option: true }],
  location: ["", { option: true }],
  preflights: [false, { option: true }],
  environment: { LATCHKEY_TRUSTED_PROXIES: "127.0.0.1" },
  api: async ({}, use) => {
    const api = await Api.start();
    await use(api);
    api.stop();
  },
  gateway: async ({ name, variant, distribution, location, preflights, latchkey, api }, use) => {
    const setup = { name, variant, distribution, location, preflights };
    const gateway = await Gateway.start({ ...setup, latchkey: latchkey.url, api: api.address });
    await use(gateway);
    await gateway.stop();
  },
  through: async ({ gateway }, use) => use((sent) => send(gateway.host, sent)),
  key: async ({ script }, use) => use(await script.createActiveKey("api_key", "Wärehouse 7")),
});

export const by = (authorization: string): Required<Pick<Sent, "headers">> => ({
  headers: [["Authorization", authorization]],
});
