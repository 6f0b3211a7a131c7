import type { BrowserContext, Page } from "@playwright/test";
import { AccessKeysPage } from "../../pages/access-keys.ts";
import { MembersPage } from "../../pages/members.ts";
import type { Latchkey } from "../latchkey.ts";
import { basic, ping } from "../machine.ts";
import { type Kind, Session } from "../session.ts";

/** A page, tab or dialog that a person can see, and how to reach it. */
export interface View {
  name: string;
  show(stage: Stage): Promise<void>;
  /** Whether the view exists only on a phone. */
  onPhone?: true;
  /** The error that the browser itself logs for the failure in this view. */
  logs?: RegExp;
}

/** What views need. */
export interface Stage {
  page: Page;
  latchkey: Latchkey;
  /** The administrator, as a script. */
  script: Session;
}

/** A member who is not an administrator. */
export const reader = "ben@northwind.example";

/** Fills a server with keys and members for the views. */
export async function furnish(latchkey: Latchkey): Promise<void> {
  const script = await Session.signIn(latchkey);
  for (const kind of ["oauth_client", "api_key"] as const) {
    const names = kind === "api_key"
      ? ["Carrier sandbox", "Returns desk, Rotterdam", "Label printers", "Warehouse north, night shift, handheld scanners", "WMS production"]
      : ["Data warehouse export", "Storefront checkout", "Order import", "Partner portal: Süd & Söhne", "ERP connector"];
    const [deleted = "", expired = "", ...others] = names;
    const gone = await script.createKey(kind, deleted);
    await script.call("/api/access-keys/delete", { id: gone.key.id, name: deleted });
    await script.createKey(kind, expired, { expires_at: Date.now() + 1000 });
    for (const [index, name] of others.entries()) {
      const { key, secret } = await (index === 0 ? script.createKey(kind, name) : script.createActiveKey(kind, name));
      if (kind === "api_key" && index === 2) await ping(latchkey, basic(secret));
      else if (index === 1) await script.setStatus(key.id, "inactive").then(() => script.setStatus(key.id, "active"));
    }
  }
  await Session.ofNewMember(script, reader, "member");
  await Session.ofNewMember(script, "chidi@northwind.example", "administrator");
  await script.call("/api/members/invite", { email: "dora@northwind.example", role: "member" });
}

export async function keys({ page, latchkey }: Stage, kind?: Kind): Promise<AccessKeysPage> {
  const accessKeys = new AccessKeysPage(page, latchkey);
  await accessKeys.open(kind);
  return accessKeys;
}

export async function members({ page, latchkey }: Stage): Promise<MembersPage> {
  const list = new MembersPage(page, latchkey.url);
  await list.open();
  return list;
}

/** Shows a browser context one view after the other. */
export async function showEach(
  views: View[],
  context: BrowserContext,
  stage: Omit<Stage, "page">,
  look: (page: Page, view: View) => Promise<void>,
): Promise<void> {
  for (const view of views) {
    const page = await context.newPage();
    await view.show({ ...stage, page });
    await look(page, view);
    await page.close({ runBeforeUnload: false });
  }
}
