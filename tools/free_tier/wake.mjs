// A browser comes to a yard that sleeps: it says so, waits, and goes on by itself.
import { createRequire } from "node:module";
import path from "node:path";

const { chromium } = createRequire(path.join(import.meta.dirname, "../../frontend/package.json"))("playwright-core");
const [, , origin, cookie] = process.argv;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const context = await browser.newContext();
  const page = await context.newPage();
  // The pages came from the host while it was awake, as from a browser's cache; only the API sleeps.
  await context.setExtraHTTPHeaders({ Cookie: cookie });
  const began = Date.now();
  let answered = null;
  while (answered?.status() !== 200) {
    answered = await page.goto(`${origin}/data/`);
    if (answered.status() !== 200) await page.waitForTimeout(500);
  }
  const shownAfter = (Date.now() - began) / 1000;
  await page.getByText("people").first().waitFor({ timeout: 60_000 });
  console.log(`the host's page for ${shownAfter.toFixed(1)} s, then the dataset after ${((Date.now() - began) / 1000).toFixed(1)} s`);
} finally {
  await browser.close();
}
