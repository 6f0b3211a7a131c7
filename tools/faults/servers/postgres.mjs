import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { shortFolder, stopAtTheEnd } from "../scratch.mjs";
import { startProgram } from "./program.mjs";

const run = promisify(execFile);

// PostgreSQL refuses to run as root.
const asPostgres = process.getuid() === 0 ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

/**
 * A throw-away cluster of the harness's own, on a socket in its folder and on a loopback port. It syncs as PostgreSQL does by
 * default: what it has acknowledged must be there after a crash.
 */
export async function startPostgres(scope) {
  const postgres = new Postgres();
  scope.defer(() => postgres.remove());
  await postgres.start();
  return postgres;
}

/** A standby that follows a server, and can be promoted. */
export async function startStandby(scope, primary) {
  const standby = new Postgres(primary);
  scope.defer(() => standby.remove());
  await standby.start();
  return standby;
}

class Postgres {
  #folder = shortFolder();
  #data = join(this.#folder, "data");
  #server;
  port;

  /** An empty cluster, or a copy of another that follows it. */
  constructor(primary) {
    if (asPostgres.length > 0) execFileSync("chown", ["postgres:", this.#folder]);
    const initdb = ["--pgdata", this.#data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
    const copy = ["--pgdata", this.#data, "--write-recovery-conf", "--checkpoint=fast", "--username=postgres", "--host=127.0.0.1"];
    const make = primary ? [program("pg_basebackup"), ...copy, `--port=${primary.port}`] : [program("initdb"), ...initdb];
    execFileSync("setpriv", [...asPostgres, "--", ...make], { cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
    // A server that is killed, and not told to stop, leaves a piece of shared memory.
    stopAtTheEnd(() => this.#stopNow());
  }

  /** Starts the server, on the same port again after a stop. */
  async start() {
    this.port ??= await freePort();
    const options = ["-D", this.#data, "-k", this.#folder, "-c", "listen_addresses=127.0.0.1", "-c", `port=${this.port}`];
    const args = [...asPostgres, "--pdeathsig", "QUIT", "--", program("postgres"), ...options, "-c", "max_connections=300"];
    this.#server = startProgram("setpriv", args, { cwd: "/" });
    const deadline = Date.now() + 30_000;
    while (!(await this.query("SELECT 1").then(() => true, () => false))) {
      if (this.#server.hasEnded() || Date.now() > deadline) throw new Error(`PostgreSQL does not start: ${this.#server.log}`);
      await pause(20);
    }
  }

  /** As `pg_ctl stop -m immediate`: all connections end, and nothing is written any more. */
  async stopImmediately() {
    await run("setpriv", this.#pgCtl("immediate"), { cwd: "/" });
    await this.#server.end("SIGQUIT");
  }

  /** Makes a primary of a standby; returns when it takes changes. */
  async promote() {
    await this.query("SELECT pg_promote()");
  }

  /** Sends a signal to every process. The first starts the others: it goes first, and its children are looked up after that. */
  signalAll(signal) {
    this.#server.signal(signal);
    for (const pid of childrenOf(this.#server.pid)) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  /** The URL of a database, through its loopback port or another that leads there. */
  url(database = "postgres", port = this.port) {
    return `postgres://postgres@127.0.0.1:${port}/${database}`;
  }

  /** An empty database; returns its URL. */
  async createDatabase(name) {
    await this.query(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  /** Runs a statement, and returns its rows as lists of texts. */
  async query(sql, database = "postgres") {
    const args = ["-X", "-q", "-A", "-t", "-F", "\t", "-h", this.#folder, "-p", String(this.port), "-U", "postgres", "-d", database];
    // What the harness changes, it changes whatever the default is.
    const env = { ...process.env, PGOPTIONS: "-c default_transaction_read_only=off" };
    const { stdout } = await run("psql", [...args, "-c", sql], { maxBuffer: 2 ** 28, timeout: 30_000, env });
    return stdout.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
  }

  /** A connection that stays, for statements that must not wait for one. */
  session(scope, database) {
    const args = ["-X", "-q", "-A", "-t", "-h", this.#folder, "-p", String(this.port), "-U", "postgres", "-d", database];
    const psql = spawn("psql", args, { stdio: ["pipe", "pipe", "inherit"] });
    scope.defer(() => psql.kill());
    const lines = createInterface({ input: psql.stdout })[Symbol.asyncIterator]();
    /** Runs a statement that returns one value. */
    return async (sql) => {
      psql.stdin.write(`${sql};\n`);
      return (await lines.next()).value;
    };
  }

  async remove() {
    if (!this.#server || this.#server.hasEnded()) return;
    this.signalAll("SIGCONT");
    await this.#server.end("SIGQUIT");
  }

  #stopNow() {
    if (!this.#server || this.#server.hasEnded() || !existsSync(`/proc/${this.#server.pid}`)) return;
    try {
      this.signalAll("SIGCONT");
      execFileSync("setpriv", this.#pgCtl("immediate"), { cwd: "/", stdio: "ignore" });
    } catch {
      // It is killed next.
    }
  }

  #pgCtl(mode) {
    return [...asPostgres, "--", program("pg_ctl"), "stop", "--silent", "--wait", "--mode", mode, "--pgdata", this.#data];
  }
}

function childrenOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter((child) => child.trim() !== "").map(Number);
}

let initdb;

/** One of PostgreSQL's programs: Debian keeps them out of the PATH, and other machines have links to some of them there. */
function program(name) {
  initdb ??= execFileSync("sh", ["-c", 'readlink -f "$(command -v initdb || ls /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)"'], {
    encoding: "utf8",
  });
  return join(dirname(initdb), name);
}

/** A port that nobody listens on now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
