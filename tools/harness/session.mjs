import { ask, postJson } from "./http.mjs";
import { administrator } from "./latchkey.mjs";

/** @typedef {import("./http.mjs").Answer} Answer */
/** @typedef {import("./http.mjs").AskOptions} AskOptions */
/** @typedef {"oauth_client" | "api_key"} Kind */

/**
 * @typedef {object} Key
 * @property {string} id
 * @property {Kind} kind
 * @property {string} name
 * @property {"active" | "inactive" | "expired" | "deleted"} status
 * @property {string[]} [scopes]
 */

/** @typedef {{ id: string, key: Key, secret: string }} CreatedKey */

/**
 * Signs in and returns the answer. `cookie` is that of a known browser; `from` is the address that a proxy names.
 *
 * @param {string} url
 * @param {{ email: string, password: string }} [credentials]
 * @param {AskOptions & { cookie?: string, from?: string }} [options]
 */
export function signIn(url, { email, password } = administrator, { cookie, from, ...options } = {}) {
  const headers = { ...(cookie ? { Cookie: cookie } : {}), ...(from ? { "X-Forwarded-For": from } : {}) };
  return postJson(`${url}/api/sign-in`, { email, password }, { ...options, headers });
}

/**
 * Returns the session cookie that an answer sets, as `name=value`.
 *
 * @param {string} path  that was called
 * @param {Answer} answer
 */
export function sessionCookie(path, { status, body, headers }) {
  if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
  const cookie = headers["set-cookie"]?.[0]?.split(";")[0];
  if (!cookie) throw new Error(`${path} set no cookie`);
  return cookie;
}

/**
 * Signs the administrator in.
 *
 * @param {string} url
 */
export async function openSession(url) {
  return new Session(url, sessionCookie("/api/sign-in", await signIn(url)));
}

/** A signed-in member who calls the server functions as a script does: with JSON and a session cookie. */
export class Session {
  /**
   * @param {string} url
   * @param {string} cookie
   */
  constructor(url, cookie) {
    this.url = url;
    this.cookie = cookie;
  }

  /**
   * The same session at another node: sessions are in the database.
   *
   * @param {string} url
   */
  at(url) {
    return new Session(url, this.cookie);
  }

  /**
   * Calls a server function and returns the answer, whatever its status is.
   *
   * @param {string} path
   * @param {object} [body]
   * @param {AskOptions} [options]
   */
  ask(path, body = {}, options) {
    return postJson(this.url + path, body, { ...options, headers: { Cookie: this.cookie } });
  }

  /**
   * Calls a server function and returns its reply. Throws if the call fails.
   *
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async call(path, body = {}) {
    const answer = await this.ask(path, body);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  }

  /**
   * @param {Kind} [kind]
   * @param {string} [name]
   * @param {object} [more]  further members of the request
   * @returns {Promise<CreatedKey>}
   */
  async createKey(kind = "api_key", name = "Warehouse", more = {}) {
    const { key, secret } = await this.call("/api/access-keys/create", { kind, name, ...more });
    return { id: key.id, key, secret };
  }

  /**
   * @param {Kind} [kind]
   * @param {string} [name]
   */
  async createActiveKey(kind, name) {
    const created = await this.createKey(kind, name);
    await this.activate(created);
    return created;
  }

  /** Creates an active client that may introspect tokens. */
  async createInspector() {
    const client = await this.createKey("oauth_client", "Inspector");
    await this.setScopes(client.id, ["tokens:introspect"]);
    await this.activate(client);
    return client;
  }

  /**
   * @param {string} id
   * @param {readonly string[]} scopes
   */
  setScopes(id, scopes) {
    return this.call("/api/access-keys/set-scopes", { id, scopes });
  }

  /**
   * @param {string} id
   * @param {"active" | "inactive"} status
   */
  setStatus(id, status) {
    return this.call("/api/access-keys/set-status", { id, status });
  }

  /** @param {{ id: string }} key */
  activate({ id }) {
    return this.setStatus(id, "active");
  }

  /** @param {{ id: string }} key */
  deactivate({ id }) {
    return this.setStatus(id, "inactive");
  }

  /**
   * Sets a key's status and returns the answer, whatever its status is.
   *
   * @param {{ id: string }} key
   * @param {"active" | "inactive"} status
   * @param {AskOptions} [options]
   */
  trySetStatus({ id }, status, options) {
    return this.ask("/api/access-keys/set-status", { id, status }, options);
  }

  /** Fetches the page of keys as a browser does. */
  page() {
    return ask(`${this.url}/access-keys`, { headers: { Cookie: this.cookie, Accept: "text/html" } });
  }
}
