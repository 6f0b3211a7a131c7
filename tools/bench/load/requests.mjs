import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratch } from "../folders.mjs";

/** Complete HTTP requests as text, which wrk sends in turn. */

export function get(url, authorization) {
  return request("GET", url, authorization ? { Authorization: authorization } : {});
}

export function postForm(url, authorization, fields) {
  const headers = { Authorization: authorization, "Content-Type": "application/x-www-form-urlencoded" };
  return request("POST", url, headers, new URLSearchParams(fields).toString());
}

export function postJson(url, cookie, body) {
  return request("POST", url, { Cookie: cookie, "Content-Type": "application/json" }, JSON.stringify(body));
}

function request(method, url, headers, body) {
  const { host, pathname } = new URL(url);
  const lines = [`${method} ${pathname} HTTP/1.1`, `Host: ${host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

let files = 0;

/** Describes a load: the server, and a file of requests that requests.lua sends in turn. */
export function load(url, requests) {
  const file = join(scratch(), `requests-${++files}`);
  writeFileSync(file, requests.join("\x1e"));
  return { origin: new URL(url).origin, file };
}
