import { Agent, request } from "node:http";

/**
 * @typedef {object} Answer
 * @property {number} status  0 where there is no answer
 * @property {string} body  where there is no answer, the reason
 * @property {import("node:http").IncomingHttpHeaders} headers
 * @property {number} took  in milliseconds
 */

/**
 * @typedef {object} AskOptions
 * @property {Agent | false} [agent]  `false` for a connection that is not reused
 * @property {number} [within]  the deadline in milliseconds
 */

/** @typedef {{ id: string, secret: string }} Client */

/** An agent that keeps its connections: at most so many at a time for each server. */
export const connections = (maxSockets = 64) => new Agent({ keepAlive: true, maxSockets, scheduling: "fifo" });

const shared = connections(256);

/**
 * Sends a request and returns the answer, whatever its status is. Never waits longer than the deadline, and never repeats
 * the request.
 *
 * @param {string} url
 * @param {AskOptions & { method?: string, headers?: Record<string, string>, body?: string }} [options]
 * @returns {Promise<Answer>}
 */
export function ask(url, { method = "GET", headers = {}, body, agent = shared, within = 20_000 } = {}) {
  const before = performance.now();
  return new Promise((resolve) => {
    /** @type {(status: number, text: string, headers?: import("node:http").IncomingHttpHeaders) => void} */
    const done = (status, text, answered = {}) => {
      clearTimeout(tooLong);
      resolve({ status, body: text, headers: answered, took: performance.now() - before });
    };
    /** @param {NodeJS.ErrnoException} error */
    const failed = (error) => done(0, error.code ?? error.message);
    const asked = request(url, { method, headers, agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part));
      answer.on("end", () => done(answer.statusCode ?? 0, text, answer.headers));
      answer.on("error", failed);
    });
    asked.on("error", failed);
    const tooLong = setTimeout(() => asked.destroy(new Error("no answer")), within);
    asked.end(body);
  });
}

/**
 * The value of an Authorization header (RFC 7617).
 *
 * @param {string} user
 * @param {string} [password]
 */
export const basic = (user, password = "") => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/**
 * The value of an Authorization header (RFC 6750).
 *
 * @param {string} token
 */
export const bearer = (token) => `Bearer ${token}`;

/**
 * Posts a JSON body, as the console does.
 *
 * @param {string} url
 * @param {object} body
 * @param {AskOptions & { headers?: Record<string, string> }} [options]
 */
export function postJson(url, body, { headers = {}, ...options } = {}) {
  return ask(url, { ...options, method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/**
 * Presents an API key by its secret.
 *
 * @param {string} url
 * @param {{ secret: string }} key
 * @param {AskOptions} [options]
 */
export const ping = (url, { secret }, options) => pingWithToken(url, secret, options);

/**
 * Presents an access token, or an API key's secret.
 *
 * @param {string} url
 * @param {string} token
 * @param {AskOptions} [options]
 */
export const pingWithToken = (url, token, options) =>
  ask(`${url}/api/v1/ping`, { ...options, headers: { Authorization: bearer(token) } });

/**
 * Requests an access token (RFC 6749 section 4.4).
 *
 * @param {string} url
 * @param {Client} client
 * @param {AskOptions} [options]
 */
export const requestToken = (url, client, options) => form(url, "/oauth/token", client, { grant_type: "client_credentials" }, options);

/**
 * Introspects a token as a client that has the scope for it (RFC 7662).
 *
 * @param {string} url
 * @param {Client} client
 * @param {string} token
 * @param {AskOptions} [options]
 */
export const introspect = (url, client, token, options) => form(url, "/oauth/introspect", client, { token }, options);

/**
 * Revokes a token of a client (RFC 7009).
 *
 * @param {string} url
 * @param {Client} client
 * @param {string} token
 * @param {AskOptions} [options]
 */
export const revoke = (url, client, token, options) => form(url, "/oauth/revoke", client, { token }, options);

/** @type {(url: string, path: string, client: Client, fields: Record<string, string>, options?: AskOptions) => Promise<Answer>} */
function form(url, path, { id, secret }, fields, options) {
  const headers = { Authorization: basic(id, secret), "Content-Type": "application/x-www-form-urlencoded" };
  return ask(url + path, { ...options, method: "POST", headers, body: new URLSearchParams(fields).toString() });
}
