import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bearer, get, load } from "../load/requests.mjs";
import { bench, scratch } from "../scratch.mjs";
import { answers, ready, refuseTakenPort, start, stop } from "./process.mjs";

const keys = 10_000;
const url = "http://127.0.0.1:4100";

/** nginx: a bare answer, and keys in a static map. */
export async function startNginx() {
  await refuseTakenPort(4100);
  const folder = mkdtempSync(join(scratch(), "nginx-"));
  copyFileSync(join(bench, "peers/nginx/nginx.conf"), join(folder, "nginx.conf"));
  const secrets = Array.from({ length: keys }, () => `sk_live_${randomBytes(16).toString("hex")}`);
  writeFileSync(join(folder, "keys.map"), secrets.map((secret) => `"Bearer ${secret}" 1;\n`).join(""));
  const path = `${process.env.PATH}:/usr/sbin`;
  const options = ["-p", folder, "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off; worker_processes 2;"];
  const child = start("nginx", options, { env: { PATH: path } });
  await ready(child, "nginx", () => answers(`${url}/bare`));
  return {
    bare: load(url, [get(`${url}/bare`)]),
    map: load(url, secrets.map((secret) => get(`${url}/verify`, bearer(secret)))),
    stop: () => stop(child),
  };
}
