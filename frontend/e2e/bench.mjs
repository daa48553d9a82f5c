// What a test works with: signed-in pages of a given size and theme, the API, screenshots, axe.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Tests share two processors with other tests: what never comes is waited for longer, what comes is not. */
const PATIENCE_MS = 120_000;

const SHOTS = path.join(import.meta.dirname, "shots");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let shared = null;

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export class Bench {
  #browser;
  #base;
  #storage;
  #label;
  #contexts = [];
  #noise = [];
  #allowed = [];

  constructor(browser, base, storage, label) {
    this.#browser = browser;
    this.#base = base;
    this.#storage = storage;
    this.#label = label;
  }

  /** A page in a context of its own. `isSignedIn: false` is a stranger. */
  async page({ size = WIDE, theme = "light", isSignedIn = true } = {}) {
    const context = await this.#browser.newContext({
      baseURL: this.#base,
      viewport: size,
      colorScheme: theme,
      reducedMotion: "reduce",
      hasTouch: size.width < 768,
      permissions: ["clipboard-read", "clipboard-write"],
      storageState: isSignedIn ? this.#storage : undefined,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    this.#contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#noise.push(`page error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.#noise.push(`console: ${message.text()} (${message.location().url})`);
    });
    return page;
  }

  /** Console errors that this test provokes on purpose, such as the browser's note of a 422. */
  allow(...patterns) {
    this.#allowed.push(...patterns);
  }

  requireQuiet() {
    const left = this.#noise.filter((line) => !this.#allowed.some((pattern) => pattern.test(line)));
    if (left.length > 0) throw new Error(`not quiet:\n${[...new Set(left)].join("\n")}`);
  }

  /** A request to the API as the owner; JSON in, JSON out. */
  async api(method, route, body) {
    const context = await this.#browser.newContext({ baseURL: this.#base, storageState: this.#storage });
    try {
      const csrf = this.#storage.cookies.find(({ name }) => name === "modelyard_csrf")?.value ?? "";
      const isBytes = Buffer.isBuffer(body);
      const answer = await context.request.fetch(`/api/v1${route}`, {
        method,
        headers: { "X-CSRF-Token": csrf, ...(isBytes && { "Content-Type": "application/octet-stream" }) },
        data: body,
        timeout: PATIENCE_MS,
      });
      if (!answer.ok()) throw new Error(`${method} ${route}: ${answer.status()} ${await answer.text()}`);
      return answer.status() === 204 ? null : await answer.json();
    } finally {
      await context.close();
    }
  }

  /** The dataset once it is read. */
  async ready(id) {
    return until(`dataset ${id} is read`, async () => {
      const dataset = await this.api("GET", `/datasets/${id}`);
      return dataset.state === "reading" ? null : dataset;
    });
  }

  /** A small dataset of its own, for tests that change or delete it. */
  async dataset(name, csv = smallCsv()) {
    const query = new URLSearchParams({ name, filename: "small.csv" });
    const { id } = await this.api("POST", `/datasets?${query}`, Buffer.from(csv));
    return this.ready(id);
  }

  /** A small dataset for tests that only look; made once. */
  async sharedDataset() {
    shared ??= this.dataset("Customers of a small bank who stayed or left, as they were on the last day of the year");
    return shared;
  }

  /** A picture to look at, when E2E_SHOTS is set; of what failed always. */
  async shot(page, name) {
    if (!process.env.E2E_SHOTS && !name.startsWith("failed-")) return;
    await page.screenshot({ path: path.join(SHOTS, `${name}.png`), animations: "disabled" });
  }

  async shootAll() {
    const pages = this.#contexts.flatMap((context) => context.pages());
    const name = this.#label.replace(/\W+/g, "-");
    for (const [index, page] of pages.entries()) {
      await this.shot(page, `failed-${name}-${index}`).catch(() => undefined);
    }
  }

  /** Zero violations, or an error that names each with its elements; `within` is a selector of what is looked at. */
  async axe(page, within = null) {
    // The page's policy refuses inserted scripts; evaluate runs outside of it.
    await page.evaluate(AXE);
    const look = async ([tags, inside]) => {
      const runOnly = { type: "tag", values: tags };
      // Of what passes nothing is told: telling it takes most of the time.
      const found = await window.axe.run(inside ?? document, { runOnly, resultTypes: ["violations"] });
      return found.violations.map(({ id, help, nodes }) => ({
        id,
        help,
        at: nodes.map((n) => `${n.target} ${n.failureSummary}`),
      }));
    };
    const violations = await page.evaluate(look, [TAGS, within]);
    const lines = violations.map(({ id, help, at }) => `${id}: ${help}\n  ${at.slice(0, 4).join("\n  ")}`);
    if (lines.length > 0) throw new Error(`axe at ${page.url()}:\n${lines.join("\n")}`);
  }

  /** Nothing scrolls sideways but tables and code. */
  async requireNoSideways(page) {
    const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    if (needed > there) throw new Error(`${page.url()} is ${needed} px wide in a window of ${there} px`);
  }

  async close() {
    for (const context of this.#contexts) await context.close();
  }
}

/** The page's heading is there and no skeleton is left. */
export async function settled(page) {
  await page.locator("h1").first().waitFor();
  await page.locator(".shimmer").first().waitFor({ state: "detached" });
}

export async function until(what, look, limitMs = PATIENCE_MS) {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`waited ${limitMs / 1000} s until ${what}`);
}

export function equal(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

/** 120 rows: numbers, a category, a gap now and then, and a target that follows from them. */
export function smallCsv() {
  const lines = ["age,city,income,churned"];
  const cities = ["Hà Nội", "Huế", "Đà Nẵng"];
  for (let i = 0; i < 120; i += 1) {
    const age = 20 + ((i * 7) % 50);
    const income = i % 11 === 0 ? "" : 1000 + ((i * 37) % 900);
    lines.push(`${age},${cities[i % 3]},${income},${age > 45 ? "yes" : "no"}`);
  }
  return `${lines.join("\n")}\n`;
}
