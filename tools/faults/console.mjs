import { administrator } from "../bench/servers/latchkey.mjs";
import { ask } from "./http.mjs";

/** Signs the administrator in, and returns what `ask` does. */
export const signIn = (url) => post(url, "/api/sign-in", administrator);

/** What an administrator's script does. One session serves all nodes: it lies in the database. */
export class Console {
  #cookie;

  static async signIn(url) {
    const answer = await signIn(url);
    if (answer.status !== 200) throw new Error(`signing in: ${answer.status} ${answer.body}`);
    const console = new Console();
    console.#cookie = answer.headers["set-cookie"][0].split(";")[0];
    return console;
  }

  /** Calls a server function, and returns what `ask` does. */
  call(url, path, body, options) {
    return post(url, path, body, { ...options, cookie: this.#cookie });
  }

  /** Creates a key; fails if it is not created. */
  async create(url, kind = "api_key", name = "Warehouse") {
    const { key, secret } = await this.#reply(url, "/api/access-keys/create", { kind, name });
    return { id: key.id, secret };
  }

  /** Creates a key, and activates it. */
  async createActive(url, kind, name) {
    const key = await this.create(url, kind, name);
    await this.activate(url, key);
    return key;
  }

  /** A client that may introspect. */
  async createInspector(url) {
    const client = await this.create(url, "oauth_client", "Inspector");
    await this.#reply(url, "/api/access-keys/set-scopes", { id: client.id, scopes: ["tokens:introspect"] });
    await this.activate(url, client);
    return client;
  }

  activate(url, key) {
    return this.#reply(url, "/api/access-keys/set-status", { id: key.id, status: "active" });
  }

  deactivate(url, key) {
    return this.#reply(url, "/api/access-keys/set-status", { id: key.id, status: "inactive" });
  }

  /** Sets a status, and returns what `ask` does. */
  setStatus(url, key, status, options) {
    return this.call(url, "/api/access-keys/set-status", { id: key.id, status }, options);
  }

  async #reply(url, path, body) {
    const answer = await this.call(url, path, body);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  }

  /** The page of keys, as a browser fetches it. */
  page(url) {
    return ask(`${url}/access-keys`, { headers: { Cookie: this.#cookie, Accept: "text/html" } });
  }
}

function post(url, path, body, { cookie, ...options } = {}) {
  const headers = { "Content-Type": "application/json", ...(cookie ? { Cookie: cookie } : {}) };
  return ask(url + path, { ...options, method: "POST", headers, body: JSON.stringify(body) });
}
