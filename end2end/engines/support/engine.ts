import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Builder, Capabilities, type WebDriver } from "selenium-webdriver";

export type EngineName = "firefox" | "webkit";

/** What a browser is started with. */
export interface BrowserOptions {
  /** Whether pages may run scripts. Firefox alone can forbid it. */
  scripts?: boolean;
}

/** The program that drives a browser (https://www.w3.org/TR/webdriver2/), and what it needs to run without a screen. */
export class Engine {
  private constructor(
    readonly name: EngineName,
    private readonly url: string,
    /** A folder that is removed with the engine: where Firefox puts downloads. */
    readonly downloads: string,
    private readonly processes: ChildProcess[],
  ) {}

  static async start(name: EngineName): Promise<Engine> {
    const downloads = mkdtempSync(join(tmpdir(), "downloads-"));
    const port = await freePort();
    const env: NodeJS.ProcessEnv = { ...process.env, HOME: downloads, NO_AT_BRIDGE: "1" };
    const processes: ChildProcess[] = [];
    if (name === "webkit") {
      const { screen, display } = await startScreen();
      processes.push(screen);
      Object.assign(env, { DISPLAY: display, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1" });
    }
    const [program, args] = name === "firefox" ? ["geckodriver", ["--port", `${port}`, "--log", "fatal"]] : ["WebKitWebDriver", [`--port=${port}`]];
    processes.push(spawn(program as string, args as string[], { env, stdio: "ignore" }));
    const url = `http://127.0.0.1:${port}`;
    await isListening(url);
    return new Engine(name, url, downloads, processes);
  }

  /** Opens a browser with an empty profile. */
  async open(options: BrowserOptions = {}): Promise<WebDriver> {
    const capabilities = this.name === "firefox" ? this.#firefox(options) : this.#webkit();
    const driver = await new Builder().usingServer(this.url).withCapabilities(new Capabilities(capabilities)).build();
    await driver.manage().window().setRect({ width: 1280, height: 900 });
    return driver;
  }

  #firefox({ scripts = true }: BrowserOptions): object {
    return {
      browserName: "firefox",
      "moz:firefoxOptions": {
        binary: "/usr/bin/firefox-esr",
        args: ["-headless"],
        prefs: {
          "browser.download.folderList": 2,
          "browser.download.dir": this.downloads,
          "intl.accept_languages": "en-GB",
          "javascript.enabled": scripts,
        },
      },
    };
  }

  #webkit(): object {
    return {
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] },
    };
  }

  stop(): void {
    for (const child of this.processes.reverse()) child.kill();
    rmSync(this.downloads, { recursive: true, force: true });
  }
}

/** A screen that shows nothing, for a browser without a mode of that kind. */
async function startScreen(): Promise<{ screen: ChildProcess; display: string }> {
  const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "2600x1400x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const number = await new Promise<string>((resolve, reject) => {
    screen.stdio[3]?.on("data", (text) => resolve(String(text).trim()));
    screen.once("error", reject);
    screen.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  return { screen, display: `:${number}` };
}

function miniBrowser(): string {
  for (const libraries of readdirSync("/usr/lib").map((folder) => join("/usr/lib", folder))) {
    for (const version of ["4.1", "4.0"]) {
      const path = join(libraries, `webkit2gtk-${version}/MiniBrowser`);
      if (existsSync(path)) return path;
    }
  }
  throw new Error("WebKit's MiniBrowser is missing: scripts/setup-test.sh installs it");
}

async function isListening(url: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await fetch(`${url}/status`).then((answer) => answer.ok, () => false))) {
    if (Date.now() > deadline) throw new Error(`nothing answers at ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
