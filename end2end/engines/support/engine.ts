import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Builder, Capabilities, type WebDriver } from "selenium-webdriver";
import { ask } from "../../../tools/harness/http.mjs";
import { freePort } from "../../../tools/harness/ports.mjs";
import { Program } from "../../../tools/harness/programs.mjs";
import { removeFolder, temporaryFolder } from "../../../tools/harness/scratch.mjs";

export type EngineName = "firefox" | "webkit";

/** The options of a browser. */
export interface BrowserOptions {
  /** Whether pages may run scripts. Only Firefox can forbid it. */
  scripts?: boolean;
}

/** The program that drives a browser (https://www.w3.org/TR/webdriver2/), and the virtual screen that WebKit needs. */
export class Engine {
  private constructor(
    readonly name: EngineName,
    private readonly url: string,
    /** The folder for downloads in Firefox, which is removed with the engine. */
    readonly downloads: string,
    private readonly programs: Program[],
  ) {}

  static async start(name: EngineName): Promise<Engine> {
    const downloads = temporaryFolder(tmpdir(), "downloads-");
    const port = await freePort();
    const env: NodeJS.ProcessEnv = { ...process.env, HOME: downloads, NO_AT_BRIDGE: "1" };
    const programs: Program[] = [];
    if (name === "webkit") {
      const { screen, display } = await startScreen();
      programs.push(screen);
      Object.assign(env, { DISPLAY: display, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1" });
    }
    const driver = name === "firefox"
      ? new Program("geckodriver", ["--port", `${port}`, "--log", "fatal"], { env })
      : new Program("WebKitWebDriver", [`--port=${port}`], { env });
    programs.push(driver);
    const url = `http://127.0.0.1:${port}`;
    await driver.waitUntil("the driver to answer", async () => (await ask(`${url}/status`)).status === 200, 20_000);
    return new Engine(name, url, downloads, programs);
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

  async stop(): Promise<void> {
    for (const program of this.programs.reverse()) await program.stop();
    removeFolder(this.downloads);
  }
}

/** Starts a virtual screen, for a browser that has no headless mode. */
async function startScreen(): Promise<{ screen: Program; display: string }> {
  // It prints the number of the display that it has chosen to this descriptor: standard output.
  const screen = new Program("Xvfb", ["-displayfd", "1", "-screen", "0", "2600x1400x24", "-nolisten", "tcp"]);
  const number = await screen.waitUntil("Xvfb to choose a display", () => screen.stdout.match(/^(\d+)\n/)?.[1], 20_000);
  return { screen, display: `:${number}` };
}

function miniBrowser(): string {
  for (const libraries of readdirSync("/usr/lib").map((folder) => join("/usr/lib", folder))) {
    for (const version of ["4.1", "4.0"]) {
      const path = join(libraries, `webkit2gtk-${version}/MiniBrowser`);
      if (existsSync(path)) return path;
    }
  }
  throw new Error("WebKit's MiniBrowser is missing: run scripts/setup-test.sh");
}
