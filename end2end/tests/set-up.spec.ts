import { test as base } from "@playwright/test";
import { AccessKeysPage } from "../pages/access-keys.ts";
import { SetUpPage } from "../pages/entrance.ts";
import { Latchkey, administrator } from "../support/latchkey.ts";
import { endOf, expect } from "../support/test.ts";

const test = base.extend<{ fresh: Latchkey }>({
  fresh: async ({}, use) => {
    const fresh = await Latchkey.fresh();
    await use(fresh);
    await endOf(fresh);
  },
});

test("the printed link creates the organization and its administrator, and works once", async ({ fresh, page }) => {
  const link = await fresh.setUpLink();
  fresh.secrets.add(new URL(link).hash.slice(1)).add(administrator.password);
  const setUp = new SetUpPage(page);
  await setUp.open(link);
  await setUp.submit("Northwind", administrator.email, administrator.password);
  const accessKeys = new AccessKeysPage(page, fresh);
  await accessKeys.isReady();
  await expect(page).toHaveURL(/\/access-keys/);
  await expect(page.getByText("Northwind").first()).toBeVisible();

  await page.context().clearCookies();
  await setUp.open(link);
  await setUp.submit("Southwind", "eve@southwind.example", administrator.password);
  await expect(page.getByText("This link has been used or has expired").first()).toBeVisible();
});

test("weak passwords and blank names are refused at their fields", async ({ fresh, page }) => {
  const setUp = new SetUpPage(page);
  await setUp.open(await fresh.setUpLink());
  const refusals: [string, string, string, string][] = [
    ["Organization", " ", administrator.email, administrator.password],
    ["E-mail address", "Northwind", "ana", administrator.password],
    ["Password", "Northwind", administrator.email, "short"],
    ["Password", "Northwind", administrator.email, "password1234"],
  ];
  for (const [label, organization, email, password] of refusals) {
    await setUp.submit(organization, email, password);
    await expect(setUp.field(label), `${label} of ${organization}, ${email}, ${password}`).toHaveAttribute("aria-invalid", "true");
    await expect(setUp.field(label)).toHaveAccessibleDescription(/\S/);
  }
  await setUp.submit("Northwind", administrator.email, administrator.password);
  await new AccessKeysPage(page, fresh).isReady();
});

test("without a link, the set-up page says where to find it", async ({ fresh, page }) => {
  await page.goto(`${fresh.url}/set-up`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText(/link/i).first()).toBeVisible();
});
