import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { atExit } from "./exit.mjs";
import { freePort } from "./ports.mjs";
import { Program } from "./programs.mjs";
import { shortFolder } from "./scratch.mjs";

/** @typedef {import("./scope.mjs").Scope} Scope */

const run = promisify(execFile);

// PostgreSQL refuses to run as root.
const asPostgres = process.getuid?.() === 0 ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

/**
 * Creates an empty database in the cluster that a URL names, and returns its URL.
 *
 * @param {string} cluster
 */
export function createDatabaseIn(cluster) {
  const name = `latchkey_${randomBytes(6).toString("hex")}`;
  execFileSync("psql", ["--quiet", "--dbname", cluster, "--command", `CREATE DATABASE ${name}`], { timeout: 30_000 });
  const database = new URL(cluster);
  database.pathname = name;
  return database.href;
}

/**
 * Starts a throw-away cluster, on a socket in a temporary folder and on a loopback port. It syncs as PostgreSQL does by
 * default: what it has acknowledged must be there after a crash.
 *
 * @param {Scope} scope
 */
export async function startPostgres(scope) {
  const postgres = new PostgresServer();
  scope.defer(() => postgres.remove());
  await postgres.start();
  return postgres;
}

/**
 * Starts a standby that follows a server and can be promoted.
 *
 * @param {Scope} scope
 * @param {PostgresServer} primary
 */
export async function startStandby(scope, primary) {
  const standby = new PostgresServer(primary);
  scope.defer(() => standby.remove());
  await standby.start();
  return standby;
}

class PostgresServer {
  #folder = shortFolder();
  #data = join(this.#folder, "data");
  /** @type {Program | undefined} */
  #server;
  port = 0;

  /**
   * Makes an empty cluster, or a copy of another that follows it.
   *
   * @param {PostgresServer} [primary]
   */
  constructor(primary) {
    if (asPostgres.length > 0) execFileSync("chown", ["postgres:", this.#folder]);
    const initdb = ["--pgdata", this.#data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
    const copy = ["--pgdata", this.#data, "--write-recovery-conf", "--checkpoint=fast", "--username=postgres", "--host=127.0.0.1"];
    const make = primary ? [program("pg_basebackup"), ...copy, `--port=${primary.port}`] : [program("initdb"), ...initdb];
    execFileSync("setpriv", [...asPostgres, "--", ...make], { cwd: "/", stdio: ["ignore", "ignore", "pipe"], timeout: 60_000 });
    // A server that is killed instead of stopped leaves a piece of shared memory behind.
    atExit("stop", () => this.#stopNow());
  }

  /** Starts the server; after a stop, on the same port again. */
  async start() {
    this.port ||= await freePort();
    const options = ["-D", this.#data, "-k", this.#folder, "-c", "listen_addresses=127.0.0.1", "-c", `port=${this.port}`];
    const args = [...asPostgres, "--pdeathsig", "QUIT", "--", program("postgres"), ...options, "-c", "max_connections=300"];
    this.#server = new Program("setpriv", args, { cwd: "/" });
    await this.#server.waitUntil("PostgreSQL to answer", () => this.query("SELECT 1").then(() => true, () => false), 30_000);
  }

  /** Stops the server as `pg_ctl stop -m immediate` does: it ends all connections and writes nothing any more. */
  async stopImmediately() {
    await run("setpriv", this.#pgCtl("immediate"), { cwd: "/", timeout: 60_000 });
    await this.#server?.stop("SIGQUIT");
  }

  /** Makes a primary of a standby; returns when it accepts changes. */
  async promote() {
    await this.query("SELECT pg_promote()");
  }

  /**
   * Sends a signal to every process of the server: first to the one that starts the others, and then to its children.
   *
   * @param {NodeJS.Signals} signal
   */
  signalAll(signal) {
    if (!this.#server) return;
    this.#server.signal(signal);
    for (const pid of childrenOf(this.#server.pid)) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has exited in the meantime.
      }
    }
  }

  /** The URL of a database, through its loopback port or another one that leads there. */
  url(database = "postgres", port = this.port) {
    return `postgres://postgres@127.0.0.1:${port}/${database}`;
  }

  /**
   * Creates an empty database and returns its URL.
   *
   * @param {string} name
   */
  async createDatabase(name) {
    await this.query(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  /**
   * Runs a statement and returns its rows as lists of strings.
   *
   * @param {string} sql
   */
  async query(sql, database = "postgres") {
    const args = ["-X", "-q", "-A", "-t", "-F", "\t", "-h", this.#folder, "-p", String(this.port), "-U", "postgres", "-d", database];
    // The harness may write even where the default of a session is read-only.
    const env = { ...process.env, PGOPTIONS: "-c default_transaction_read_only=off" };
    const { stdout } = await run("psql", [...args, "-c", sql], { maxBuffer: 2 ** 28, timeout: 30_000, env });
    return stdout.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
  }

  /**
   * Opens a connection that stays open, for statements that must not wait for one. Returns a function that runs a statement
   * and returns the one value that it yields.
   *
   * @param {Scope} scope
   * @param {string} database
   */
  session(scope, database) {
    const args = ["-X", "-q", "-A", "-t", "-h", this.#folder, "-p", String(this.port), "-U", "postgres", "-d", database];
    const psql = new Program("psql", args, { stdin: true });
    scope.defer(() => psql.stop("SIGKILL"));
    let read = 0;
    const nextLine = () => {
      const end = psql.stdout.indexOf("\n", read);
      if (end < 0) return undefined;
      const line = psql.stdout.slice(read, end);
      read = end + 1;
      return line;
    };
    return (/** @type {string} */ sql) => {
      psql.write(`${sql};\n`);
      return psql.waitUntil("a row of PostgreSQL", nextLine, 30_000);
    };
  }

  async remove() {
    if (!this.#server || this.#server.hasExited) return;
    this.signalAll("SIGCONT");
    await this.#server.stop("SIGQUIT");
  }

  #stopNow() {
    if (!this.#server || this.#server.hasExited || !existsSync(`/proc/${this.#server.pid}`)) return;
    try {
      this.signalAll("SIGCONT");
      execFileSync("setpriv", this.#pgCtl("immediate"), { cwd: "/", stdio: "ignore", timeout: 60_000 });
    } catch {
      // It is killed in the next phase of the exit.
    }
  }

  /** @param {string} mode */
  #pgCtl(mode) {
    return [...asPostgres, "--", program("pg_ctl"), "stop", "--silent", "--wait", "--mode", mode, "--pgdata", this.#data];
  }
}

/** @param {number} pid */
function childrenOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter((child) => child.trim() !== "").map(Number);
}

/** @type {string | undefined} */
let initdb;

/**
 * The path of one of PostgreSQL's programs: Debian keeps them out of the PATH, and other systems have links to some of them there.
 *
 * @param {string} name
 */
function program(name) {
  initdb ??= execFileSync("sh", ["-c", 'readlink -f "$(command -v initdb || ls /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)"'], {
    encoding: "utf8",
  });
  return join(dirname(initdb), name);
}
