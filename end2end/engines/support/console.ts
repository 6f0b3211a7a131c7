import { By, Key, error, type WebDriver, type WebElement, until } from "selenium-webdriver";
import { administrator, type Latchkey } from "../../support/latchkey.ts";
import type { Kind } from "../../support/session.ts";

/** How long an element may take to appear, in milliseconds. */
const PATIENCE = 15_000;

const texts = {
  oauth_client: { tab: "OAuth Clients", create: "Create OAuth client" },
  api_key: { tab: "API Keys", create: "Create key" },
} as const;

/** Quotes a text for XPath. */
const quoted = (text: string): string => (text.includes("'") ? `"${text}"` : `'${text}'`);

/** The console in a browser that WebDriver drives. Finds elements by the text that a person reads. */
export class Console {
  constructor(
    readonly driver: WebDriver,
    readonly latchkey: Latchkey,
    /** The address at which the browser reaches the console. */
    readonly url: string = latchkey.url,
  ) {}

  async open(path: string): Promise<void> {
    await this.driver.get(`${this.url}${path}`);
  }

  /** Waits for a visible element at an XPath and returns it. */
  async find(xpath: string, patience = PATIENCE): Promise<WebElement> {
    let found: WebElement | undefined;
    const look = async (): Promise<boolean> => {
      for (const element of await this.driver.findElements(By.xpath(xpath))) {
        if (await element.isDisplayed().catch(() => false)) {
          found = element;
          return true;
        }
      }
      return false;
    };
    await this.driver.wait(look, patience, `waited for a visible element at ${xpath}`);
    return found as WebElement;
  }

  async isThere(xpath: string): Promise<boolean> {
    const elements = await this.driver.findElements(By.xpath(xpath));
    const shown = await Promise.all(elements.map((element) => element.isDisplayed().catch(() => false)));
    return shown.includes(true);
  }

  async disappears(xpath: string): Promise<void> {
    await this.driver.wait(async () => !(await this.isThere(xpath)), PATIENCE, `waited for this to disappear: ${xpath}`);
  }

  button(name: string, within = ""): string {
    return `${within}//button[normalize-space(.)=${quoted(name)} or @aria-label=${quoted(name)}]`;
  }

  text(text: string): string {
    return `//*[not(self::script)][contains(normalize-space(text()), ${quoted(text)})]`;
  }

  dialog(title: string): string {
    return `//dialog[@open][.//h2[normalize-space(.)=${quoted(title)}]]`;
  }

  /** Acts on an element, and tries again if the console has replaced it in the meantime, as it does when it starts. */
  async #withElement(xpath: string, act: (element: WebElement) => Promise<void>): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      try {
        return await act(await this.find(xpath));
      } catch (failure) {
        if (!(failure instanceof error.StaleElementReferenceError) || Date.now() > deadline) throw failure;
      }
    }
  }

  async press(name: string, within = ""): Promise<void> {
    await this.#withElement(this.button(name, within), async (button) => {
      await this.driver.wait(until.elementIsEnabled(button), PATIENCE, `waited for the button "${name}" to be enabled`);
      await button.click();
    });
  }

  /** Waits until a button can be pressed, which is when the console has started. */
  async isReady(name: string): Promise<void> {
    await this.#withElement(this.button(name), async (button) => {
      await this.driver.wait(until.elementIsEnabled(button), PATIENCE, `waited for the button "${name}" to be enabled`);
    });
  }

  async field(label: string, within = ""): Promise<WebElement> {
    const element = await this.find(`${within}//label[normalize-space(.)=${quoted(label)}]`);
    return this.driver.findElement(By.id((await element.getAttribute("for")) ?? ""));
  }

  async fill(label: string, text: string, within = ""): Promise<void> {
    const field = await this.field(label, within);
    await field.clear();
    await field.sendKeys(text);
  }

  async valueOf(label: string): Promise<string> {
    return (await (await this.field(label)).getAttribute("value")) ?? "";
  }

  async escape(): Promise<void> {
    await this.driver.actions().sendKeys(Key.ESCAPE).perform();
  }

  async signIn(): Promise<void> {
    await this.open("/sign-in");
    await this.isReady("Sign in");
    await this.fill("E-mail address", administrator.email);
    await this.fill("Password", administrator.password);
    await this.press("Sign in");
    await this.keysAreThere();
  }

  async follow(link: string): Promise<void> {
    await this.#withElement(`//nav//a[normalize-space(.)=${quoted(link)}]`, (element) => element.click());
  }

  async keysAreThere(): Promise<void> {
    await this.find("//h1[normalize-space(.)='Access Keys']");
    await this.find("//*[@role='tab'][normalize-space(.)='OAuth Clients']");
    // The page as the server renders it has the tabs too, but also a note about the start, which the console removes.
    const isStarting = "return document.getElementById('start-note') !== null";
    await this.driver.wait(async () => !(await this.driver.executeScript(isStarting)), PATIENCE, "waited for the console to start");
  }

  async choose(kind: Kind): Promise<void> {
    await this.#withElement(`//*[@role='tab'][normalize-space(.)=${quoted(texts[kind].tab)}]`, (tab) => tab.click());
    await this.find(`//*[@role='tab'][@aria-selected='true'][normalize-space(.)=${quoted(texts[kind].tab)}]`);
  }

  /** Creates a key, up to the dialog that shows its secret. */
  async create(kind: Kind, name: string): Promise<{ id: string; secret: string }> {
    await this.choose(kind);
    await this.press(texts[kind].create);
    const dialog = this.dialog(texts[kind].create);
    await this.fill("Name", name, dialog);
    await this.press("Create", dialog);
    await this.find(this.dialog(`Save the secret for “${name}”`));
    const label = kind === "api_key" ? "Key" : "Client";
    const key = { id: await this.valueOf(`${label} ID`), secret: await this.valueOf(`${label} secret`) };
    this.latchkey.secrets.add(key.secret);
    return key;
  }

  /** Waits until a key's row shows a status. */
  async expectStatus(name: string, status: string): Promise<void> {
    const row = `//tr[.//button[@aria-expanded][normalize-space(.)=${quoted(name)}]]`;
    await this.find(`${row}//*[normalize-space(text())=${quoted(status)}]`);
  }

  async deactivate(name: string): Promise<void> {
    await this.press(`Deactivate ${name}`);
    await this.press("Deactivate", this.dialog(`Deactivate ${name}?`));
    await this.disappears(this.dialog(`Deactivate ${name}?`));
  }

  /** How much wider the page is than the window, in CSS pixels. */
  async overflow(): Promise<number> {
    return this.driver.executeScript("return document.documentElement.scrollWidth - window.innerWidth");
  }
}
