import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, bearer } from "../../harness/http.mjs";
import { refuseTakenPort } from "../../harness/ports.mjs";
import { Program } from "../../harness/programs.mjs";
import { bench, scratch } from "../folders.mjs";
import { get, load } from "../load/requests.mjs";

const keys = 10_000;
const port = 4100;
const url = `http://127.0.0.1:${port}`;

/** Starts nginx with a bare answer and with keys in a static map. */
export async function startNginx() {
  await refuseTakenPort(port);
  const folder = mkdtempSync(join(scratch(), "nginx-"));
  copyFileSync(join(bench, "peers/nginx/nginx.conf"), join(folder, "nginx.conf"));
  const secrets = Array.from({ length: keys }, () => `sk_live_${randomBytes(16).toString("hex")}`);
  writeFileSync(join(folder, "keys.map"), secrets.map((secret) => `"Bearer ${secret}" 1;\n`).join(""));
  const path = `${process.env.PATH}:/usr/sbin`;
  const options = ["-p", folder, "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off; worker_processes 2;"];
  const server = new Program("nginx", options, { env: { PATH: path } });
  await server.waitUntil("nginx to answer", async () => (await ask(`${url}/bare`)).status === 204);
  return {
    bare: load(url, [get(`${url}/bare`)]),
    map: load(url, secrets.map((secret) => get(`${url}/verify`, bearer(secret)))),
    stop: () => server.stop(),
  };
}
