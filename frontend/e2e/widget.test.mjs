// The widget on sites of other origins: a real Docusaurus build and a page under a strict content policy.
import path from "node:path";
import { equal, PHONE, until, WIDE } from "./bench.mjs";
import { docusaurusSite, plainSite, sleepyHost } from "./sites.mjs";

const DOCS = path.join(import.meta.dirname, "docusaurus/build");
const FROST = "When does the frost alarm ring?";
const ICON = /favicon/;
const WIDGET = "modelyard-chat";

const box = (page) => page.getByRole("textbox", { name: "Your question" });
const opened = (page) => page.getByRole("button", { name: "Ask the documentation" }).click();
const answered = (page) => page.getByRole("heading", { name: "Quoted from" }).last().waitFor({ timeout: 180_000 });

let made = null;
/** The handbook as a site, and as a collection that was made of it; once for all tests. */
async function handbook(bench) {
  made ??= publish(bench);
  return made;
}

async function publish(bench) {
  const widget = { server: await origin(bench) };
  const site = await docusaurusSite(widget);
  const body = { name: "Kestrel handbook", site_url: site.origin };
  const { id, endpoint_id: endpoint } = await bench.api("POST", "/collections", body);
  await bench.api("POST", `/collections/${id}/origins`, { kind: "folder", path: DOCS });
  await bench.api("POST", `/collections/${id}/sync`);
  await until("the handbook is synced", async () => {
    const { state, n_chunks: n } = await bench.api("GET", `/collections/${id}`);
    return state === "ready" && n > 0;
  });
  widget.key = await keyFor(bench, endpoint, site.origin);
  return { endpoint, origin: site.origin };
}

async function keyFor(bench, endpoint, ...origins) {
  const body = { name: "e2e", origins };
  return (await bench.api("POST", `/endpoints/${endpoint}/browser-keys`, body)).key;
}

const origin = async (bench) => new URL((await bench.page().then((page) => page.goto("/health"))).url()).origin;

async function ask(page, question) {
  await box(page).fill(question);
  await page.keyboard.press("Enter");
}

/** Whether a part of a picture has the colour in which the browser marks the words of a text fragment. */
async function isMarked(bench, page, clip) {
  const picture = `data:image/png;base64,${(await page.screenshot({ clip })).toString("base64")}`;
  const canvas = await bench.page({ isSignedIn: false });
  return canvas.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const drawn = new OffscreenCanvas(image.width, image.height).getContext("2d");
    drawn.drawImage(image, 0, 0);
    const { data } = drawn.getImageData(0, 0, image.width, image.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4)
      n += data[i] > 215 && data[i] < 242 && data[i + 1] < 222 && data[i + 2] > 245;
    return n > 500;
  }, picture);
}

export const tests = {
  async "docusaurus: a question is answered, its citation opens the page at the marked words, the talk goes on"(bench) {
    bench.allow(ICON);
    const site = await handbook(bench);
    const page = await bench.page({ isSignedIn: false });
    await page.goto(site.origin);
    await page.keyboard.press("Control+/");
    await ask(page, FROST);
    await answered(page);
    await page.getByRole("button", { name: "Citation 1: Alarms" }).click();
    const link = page.getByRole("link", { name: "Alarms › Frost alarm" });
    equal(await link.evaluate((each) => each.getRootNode().activeElement === each), true, "the source has the focus");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/alarms/, { waitUntil: "commit" });
    const passage = page.getByText("The frost alarm rings when");
    await passage.first().waitFor();
    const { x, y } = await page.locator("main article p", { hasText: "The frost alarm rings when" }).boundingBox();
    const clip = { x, y, width: 400, height: 24 };
    await until("the passage is marked", () => isMarked(bench, page, clip), 10_000);
    await page.getByRole("dialog").getByText(FROST).waitFor();
    await page.getByRole("link", { name: "Batteries", exact: true }).click(); // a page of the same application
    await page.getByRole("heading", { name: "Batteries", level: 1 }).waitFor();
    await page.getByLabel("This page only").check();
    await ask(page, "How long do the batteries last?");
    await page
      .getByRole("link", { name: /^Batteries/ })
      .last()
      .waitFor();
    await bench.axe(page, WIDGET);
  },

  async "a strict page: by keyboard alone, selected text, feedback, dark, no word to other origins"(bench) {
    bench.allow(ICON);
    const server = await origin(bench);
    const text = "The storm alarm rings when gusts exceed 75 kilometres per hour.";
    const widget = { server, attributes: {}, text };
    const site = await plainSite(widget);
    const { endpoint } = await handbook(bench);
    widget.attributes.key = await keyFor(bench, endpoint, site.origin);
    const page = await bench.page({ isSignedIn: false, theme: "dark" });
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(site.origin);
    await page.locator("#text").selectText();
    await page.getByRole("button", { name: "Ask about this" }).click();
    await page.keyboard.press("Enter");
    await answered(page);
    const log = page.getByRole("log");
    equal(await page.locator(".root.dark").count(), 1, "dark as the system is");
    await bench.axe(page, WIDGET);
    for (let i = 0; i < 12; i += 1) {
      await page.keyboard.press("Tab");
      const isInside = await page.evaluate(() => document.activeElement.localName === "modelyard-chat");
      equal(isInside, true, "the focus stays inside");
    }
    await page.getByRole("button", { name: "Bad answer" }).press("Enter");
    await page.getByLabel("What was wrong? (optional)").fill("Too short");
    await page.keyboard.press("Enter");
    await page.getByText("Thank you.").waitFor();
    await page.keyboard.press("Escape");
    await log.waitFor({ state: "hidden" });
    await page.reload();
    await page.keyboard.press("Control+/");
    await page.getByRole("log").getByText("The storm alarm").first().waitFor();
    await page.getByRole("button", { name: "New conversation" }).press("Enter");
    await page.getByText("Ask in your own words").waitFor();
    await box(page).fill("Half a quest");
    await page.locator(WIDGET).evaluate((element) => element.setAttribute("theme", "light"));
    await page.locator(".root:not(.dark)").waitFor({ state: "attached" });
    equal(await box(page).inputValue(), "Half a quest", "what was being written when the theme changed");
    const strangers = asked.filter((url) => ![site.origin, server].includes(new URL(url).origin));
    equal(strangers.join(), "", "requests to third parties");
    await site.close();
  },

  async "an origin that is not allowed is told so, and its reader loses nothing"(bench) {
    bench.allow(ICON, /CORS policy/, /Failed to load resource/);
    const server = await origin(bench);
    const { endpoint } = await handbook(bench);
    const key = await keyFor(bench, endpoint, "https://handbook.example.org");
    const site = await plainSite({ server, attributes: { key } });
    const page = await bench.page({ isSignedIn: false });
    await page.goto(site.origin);
    await opened(page);
    await ask(page, FROST);
    await page.getByRole("alert").getByText(`Its owner has to allow ${site.origin}.`).waitFor();
    equal(await box(page).inputValue(), FROST, "the question is still there");
    await site.close();
  },

  async "a sleeping server is waited for and asked once; a line that breaks loses nothing"(bench) {
    bench.allow(ICON, /CORS policy/, /Failed to load resource/, /net::ERR/);
    const host = await sleepyHost(await origin(bench));
    const widget = { server: host.origin, language: "vi", direction: "rtl", attributes: {} };
    const site = await plainSite(widget);
    const { endpoint } = await handbook(bench);
    const page = await bench.page({ isSignedIn: false, size: PHONE });
    widget.attributes.key = await keyFor(bench, endpoint, site.origin);
    await page.addInitScript(() => {
      const denied = () => {
        throw new DOMException("denied", "SecurityError");
      };
      Object.defineProperty(window, "localStorage", { get: denied });
    });
    await page.goto(site.origin);
    await page.getByRole("button", { name: "Hỏi tài liệu" }).click();
    const field = page.getByRole("textbox", { name: "Câu hỏi của bạn" });
    await field.fill(FROST);
    await page.keyboard.press("Enter");
    await page.getByText("Máy chủ đang khởi động").waitFor();
    await until("it was tried again", () => host.nProbes >= 2);
    equal(host.questions.length, 0, "questions sent to a server that sleeps");
    host.isAsleep = false;
    await page.getByRole("heading", { name: "Trích từ" }).waitFor({ timeout: 180_000 });
    equal(host.questions.length, 1, "questions sent");
    equal(await page.locator(".root").getAttribute("dir"), "rtl", "direction");
    await bench.requireNoSideways(page);
    await bench.axe(page, WIDGET);
    host.cutsAfterBytes = 200;
    await field.fill("How long do the batteries last?");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Kết nối bị ngắt").waitFor();
    equal(await field.inputValue(), "How long do the batteries last?", "what was asked");
    host.cutsAfterBytes = null;
    await field.press("Enter");
    await page.getByRole("heading", { name: "Trích từ" }).nth(1).waitFor({ timeout: 180_000 });
    equal(new Set(host.questions).size, 2, "keys of two questions, the second sent again by the reader");
    await Promise.all([site.close(), host.close()]);
  },

  async "the public page of a collection is a chat for anyone"(bench) {
    const { endpoint } = await handbook(bench);
    await bench.api("PATCH", `/endpoints/${endpoint}`, { is_public: true });
    const page = await bench.page({ isSignedIn: false, size: WIDE });
    await page.goto(`/try/?id=${endpoint}`);
    await ask(page, FROST);
    await answered(page);
    await page.getByRole("button", { name: "Good answer" }).click();
    await page.getByRole("button", { name: "Good answer", pressed: true }).waitFor();
    await bench.axe(page);
  },
};
