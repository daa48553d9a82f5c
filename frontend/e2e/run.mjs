// Runs every test of e2e/*.test.mjs against a yard that is up. BASE_URL and E2E_SIGN_IN_URL (a one-time link) say which.
// `npm run e2e -- words` runs the tests whose file or name holds one of the words. E2E_CLAIMS is a folder that processes
// share which run the tests together; E2E_SECONDS a file that holds how long each test took last; E2E_FAILED a file that
// the names of what failed are added to; E2E_SHOTS=1 takes pictures.
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { Bench } from "./bench.mjs";
import { lane } from "./lane.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const LIMIT_MS = 600_000;

const { BASE_URL: base, E2E_SIGN_IN_URL: link, E2E_CLAIMS: claims } = process.env;
const { E2E_SECONDS: secondsFile, E2E_FAILED: failedFile } = process.env;
if (!base || !link) {
  console.error("set BASE_URL and E2E_SIGN_IN_URL");
  process.exit(2);
}

const words = process.argv.slice(2);
const tests = new Map();
const files = {};
for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".test.mjs"))) {
  const found = await import(path.join(import.meta.dirname, file));
  for (const [name, test] of Object.entries(found.tests)) {
    const label = `${file.replace(".test.mjs", "")}: ${name}`;
    if (words.length > 0 && !words.some((word) => label.includes(word))) continue;
    tests.set(label, test);
    files[file] = [...(files[file] ?? []), label];
  }
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: FLAGS,
});
let passed = 0;
let failed = 0;
try {
  const storage = await signIn();
  for (const label of lane(files, lastSeconds(), claims)) {
    if (await run(label, tests.get(label), storage)) passed += 1;
    else failed += 1;
  }
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** A line a test, the latest last. */
function lastSeconds() {
  if (!secondsFile || !existsSync(secondsFile)) return {};
  const lines = readFileSync(secondsFile, "utf8").trim().split("\n");
  return Object.fromEntries(lines.filter(Boolean).map((line) => JSON.parse(line)));
}

/** The link works once: all tests share the cookies that it gives. */
async function signIn() {
  const context = await browser.newContext({ baseURL: base });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor({ timeout: 180_000 });
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
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (secondsFile) appendFileSync(secondsFile, `${JSON.stringify([label, Number(seconds)])}\n`);
  console.log(`${error ? "FAILED" : "ok    "} ${label} (${seconds} s)`);
  if (error) console.log(String(error.stack ?? error).replace(/^/gm, "         "));
  if (error && failedFile) appendFileSync(failedFile, `${label}\n`);
  return error === null;
}
