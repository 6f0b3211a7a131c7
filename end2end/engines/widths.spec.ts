// No page is wider than its window.
import { expect, test } from "./support/test.ts";

const widths = [320, 375, 600, 768, 834, 900, 1024, 1100, 1190, 1280, 1440, 1920, 2560];

test("lists fit every width", async ({ console, driver, script }) => {
  for (const name of ["W".repeat(100), "مستودع الشمال، المناوبة الليلية والماسحات الضوئية المحمولة باليد", "倉".repeat(100)]) {
    await script.createActiveKey("oauth_client", name);
  }
  await console.signIn();
  for (const path of ["/access-keys", "/members", "/account", "/docs/api"]) {
    await console.open(path);
    await console.find("//h1");
    const seen = new Set<number>();
    for (const width of widths) {
      await driver.manage().window().setRect({ width, height: 900 });
      const inner: number = await driver.executeScript("return window.innerWidth");
      seen.add(inner);
      expect(await console.overflow(), `${path} at ${inner}`).toBeLessThanOrEqual(0);
    }
    // Each browser has a minimum width of its window.
    expect(seen.size, path).toBeGreaterThanOrEqual(widths.length - 3);
  }
});
