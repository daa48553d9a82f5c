// Two browsers come to a yard that sleeps, one for its own pages and one for pages of another host: each says so,
// waits, and goes on by itself.
import { createRequire } from "node:module";
import path from "node:path";
import { pagesElsewhere } from "../../frontend/e2e/yards.mjs";

const { chromium } = createRequire(path.join(import.meta.dirname, "../../frontend/package.json"))("playwright-core");
const [, , origin, cookie, port] = process.argv;
const LONGEST_MS = 300_000;
const secondsSince = (began) => ((Date.now() - began) / 1000).toFixed(1);

async function newPage(browser) {
  // The proxy here has no TLS, so the Secure cookie is sent by hand.
  const context = await browser.newContext({ extraHTTPHeaders: { Cookie: cookie } });
  return context.newPage();
}

/** The host itself answers with a page of its own until the yard is there. */
async function visitTheHost(browser) {
  const page = await newPage(browser);
  const began = Date.now();
  let answered = null;
  while (answered?.status() !== 200) {
    if (Date.now() - began > LONGEST_MS) throw new Error("the host never answered");
    answered = await page.goto(`${origin}/data/`);
    if (answered.status() !== 200) await page.waitForTimeout(500);
  }
  const shownAfter = secondsSince(began);
  await page.getByText("people").first().waitFor({ timeout: 60_000 });
  return `the host's page for ${shownAfter} s, the dataset after ${secondsSince(began)} s`;
}

/** Pages that are there at once, and say that the server starts. */
async function visitThePages(browser, pages) {
  const page = await newPage(browser);
  const began = Date.now();
  await page.goto(`${pages.origin}/data/`);
  await page.getByText("Starting the server").waitFor({ timeout: 30_000 });
  const saidAfter = secondsSince(began);
  await page.getByText("people").first().waitFor({ timeout: LONGEST_MS });
  return `pages elsewhere: "Starting the server" after ${saidAfter} s, the dataset after ${secondsSince(began)} s`;
}

const pages = await pagesElsewhere(() => origin, Number(port));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  console.log((await Promise.all([visitThePages(browser, pages), visitTheHost(browser)])).join("; "));
} finally {
  await browser.close();
  await pages.close();
}
