import { equal, settled } from "./bench.mjs";

export const tests = {
  "the palette reaches pages, datasets and actions": async (bench) => {
    await bench.dataset("Lighthouse keepers");
    const page = await bench.page();
    await page.goto("/");
    await settled(page);
    await page.keyboard.press("Control+k");
    const search = page.getByRole("combobox", { name: /^Search pages/ });
    await search.waitFor();
    await bench.shot(page, "palette");
    await bench.axe(page);
    await page.keyboard.type("settings");
    await page.getByRole("option", { name: /^Settings/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/settings\//);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("lighthouse");
    await page.getByRole("option", { name: /Lighthouse keepers.*Dataset/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Lighthouse keepers", level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await search.waitFor();
    await page.keyboard.press("Escape");
    await search.waitFor({ state: "detached" });
  },

  "Tab begins with the way past the rail": async (bench) => {
    const page = await bench.page();
    await page.goto("/runs/");
    await settled(page);
    await page.keyboard.press("Tab");
    equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to content", "first stop");
    await page.keyboard.press("Enter");
    equal(await page.evaluate(() => document.activeElement?.id), "main", "after skipping");
  },

  "arrows walk the rows, Enter opens one, Escape leaves a dialog": async (bench) => {
    await bench.sharedDataset();
    await bench.dataset("Newer than the shared one");
    const page = await bench.page();
    await page.goto("/data/");
    await settled(page);
    const rows = page.locator("tr[data-row]");
    const second = await rows.nth(1).locator("td").first().innerText();
    await rows.first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: second, level: 1 }).waitFor();
    await page.getByRole("button", { name: "More actions" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Rename" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  },
};
