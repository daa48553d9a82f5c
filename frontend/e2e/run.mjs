// Runs every test of e2e/*.test.mjs against a yard that is up. BASE_URL and E2E_SIGN_IN_URL (a one-time link) say which.
// `npm run e2e -- words` runs the tests whose file or name holds one of the words. E2E_LANE="0/2" runs every second file,
// by size, so that two yards share the tests about evenly.
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { Bench } from "./bench.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const LIMIT_MS = 120_000;

const { BASE_URL: base, E2E_SIGN_IN_URL: link } = process.env;
if (!base || !link) {
  console.error("set BASE_URL and E2E_SIGN_IN_URL");
  process.exit(2);
}

const words = process.argv.slice(2);
const [lane, nLanes] = (process.env.E2E_LANE ?? "0/1").split("/").map(Number);
const sizeOf = (name) => statSync(path.join(import.meta.dirname, name)).size;
const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".test.mjs"))
  .sort((a, b) => sizeOf(b) - sizeOf(a))
  .filter((_, place) => place % nLanes === lane);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: FLAGS,
});
let passed = 0;
let failed = 0;
try {
  const storage = await signIn();
  for (const file of files) {
    const { tests } = await import(path.join(import.meta.dirname, file));
    for (const [name, test] of Object.entries(tests)) {
      const label = `${file.replace(".test.mjs", "")}: ${name}`;
      if (words.length > 0 && !words.some((word) => label.includes(word))) continue;
      if (await run(label, test, storage)) passed += 1;
      else failed += 1;
    }
  }
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** The link works once: all tests share the cookies that it gives. */
async function signIn() {
  const context = await browser.newContext({ baseURL: base });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor({ timeout: 30_000 });
  const storage = await context.storageState();
  await context.close();
  return storage;
}

async function run(label, test, storage) {
  const bench = new Bench(browser, base, storage, label);
  const began = Date.now();
  let error = null;
  let timer;
  try {
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`took more than ${LIMIT_MS / 1000} s`)), LIMIT_MS);
    });
    await Promise.race([test(bench), limit]);
    bench.requireQuiet();
  } catch (reason) {
    error = reason;
    await bench.shootAll();
  } finally {
    clearTimeout(timer);
    await bench.close();
  }
  console.log(`${error ? "FAILED" : "ok    "} ${label} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  if (error) console.log(String(error.stack ?? error).replace(/^/gm, "         "));
  return error === null;
}
