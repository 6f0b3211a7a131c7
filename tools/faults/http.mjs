import { Agent, request } from "node:http";

/** Connections that are kept: so many at a time for each server that is asked. */
export const connections = (maxSockets = 64) => new Agent({ keepAlive: true, maxSockets, scheduling: "fifo" });

const shared = connections(256);

/**
 * Asks a server, and returns { status, body, headers, took } whatever it answers. Where there is no answer, the status is
 * 0 and the body says why. It never waits for longer than `within` milliseconds, and it never asks twice.
 */
export function ask(url, { method = "GET", headers = {}, body, agent = shared, within = 20_000 } = {}) {
  const before = performance.now();
  return new Promise((resolve) => {
    const done = (status, text, answered = {}) => {
      clearTimeout(tooLong);
      resolve({ status, body: text, headers: answered, took: performance.now() - before });
    };
    const asked = request(url, { method, headers, agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part));
      answer.on("end", () => done(answer.statusCode, text, answer.headers));
      answer.on("error", (error) => done(0, error.code ?? error.message));
    });
    asked.on("error", (error) => done(0, error.code ?? error.message));
    const tooLong = setTimeout(() => asked.destroy(new Error("no answer")), within);
    asked.end(body);
  });
}

/** Presents an API key by its secret. */
export const ping = (url, { secret }, options) => pingWithToken(url, secret, options);

/** Presents an access token, or an API key's secret. */
export const pingWithToken = (url, token, options) =>
  ask(`${url}/api/v1/ping`, { ...options, headers: { Authorization: `Bearer ${token}` } });

/** Asks for an access token of a client. */
export const askForToken = (url, client, options) => form(url, "/oauth/token", client, { grant_type: "client_credentials" }, options);

/** Asks what a token is worth, as a client that may. */
export const introspect = (url, client, token, options) => form(url, "/oauth/introspect", client, { token }, options);

/** Ends a token of a client. */
export const revoke = (url, client, token, options) => form(url, "/oauth/revoke", client, { token }, options);

/** Signs in; the cookies of a browser and the address that a proxy names are left out unless they are given. */
export function signIn(url, { email, password }, { cookie, from, ...options } = {}) {
  const headers = { "Content-Type": "application/json", ...(cookie ? { Cookie: cookie } : {}), ...(from ? { "X-Forwarded-For": from } : {}) };
  return ask(`${url}/api/sign-in`, { ...options, method: "POST", headers, body: JSON.stringify({ email, password }) });
}

function form(url, path, client, fields, options) {
  const headers = { ...basic(client), "Content-Type": "application/x-www-form-urlencoded" };
  return ask(url + path, { ...options, method: "POST", headers, body: new URLSearchParams(fields).toString() });
}

const basic = ({ id, secret }) => ({ Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` });
