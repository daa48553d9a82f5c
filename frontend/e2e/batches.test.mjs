// The journey with reviews: register, one prediction, a file, its chart, words, report and history; and hostile rows.
import { readFileSync, statSync } from "node:fs";
import { equal, PHONE, settled, until, WIDE } from "./bench.mjs";
import { moods } from "./moods.mjs";
import { lookAt } from "./pages.test.mjs";

const LOOKS = [
  ["wide-dark", { size: WIDE, theme: "dark" }],
  ["phone-light", { size: PHONE, theme: "light" }],
];
const PASSWORD = "four quiet herons at dawn";
const REVIEW = "Giày rất đẹp, giao hàng nhanh, rất hài lòng";
const TEXTS = [
  "Chất lượng kém, quá thất vọng, không bao giờ mua lại",
  "Giày rất đẹp, giao hàng nhanh, sẽ ủng hộ shop",
  "Tạm được, hơi chật nhưng đi được",
  "Hộp nát bét, shop trả lời chậm",
  "Vải mềm mại, đóng gói chắc chắn, tuyệt vời",
];
const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "=cmd|' /C calc'!A0",
  '#import "x"',
  "{{7*7}}",
  "\u202eđảo ngược",
  "مرحبا هذا نص من اليمين",
  "👨‍👩‍👧‍👦 👍🏽",
  "x".repeat(100_000),
];

const cell = (text) => `"${text.replaceAll('"', '""')}"`;
/** Reviews with a product each, two of them empty; other every time, so that no file is known already. */
function reviewsCsv(texts, n = 60) {
  const mark = Date.now();
  const lines = ["Nhận xét,Sản phẩm"];
  for (const [i, text] of texts.entries()) lines.push(`${cell(text)},${i % 2 ? "Áo" : "Giày"}`);
  for (let i = 0; i < n; i += 1)
    lines.push(`${cell(`${TEXTS[i % TEXTS.length]} ${mark + i}`)},${i % 3 ? "Áo" : "Giày"}`);
  lines.push('"",Áo', '"   ",Giày');
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** A batch that is done, made through the API. */
async function batch(bench, texts = TEXTS) {
  const id = await moods(bench);
  const made = await bench.api("POST", `/endpoints/${id}/batches?filename=reviews.csv`, reviewsCsv(texts));
  const read = await over(bench, made.id, ["reading"]);
  await bench.api("PUT", `/batches/${made.id}/mapping`, { mapping: read.mapping, label_column: "Sản phẩm" });
  await over(bench, made.id, ["reading"]);
  await bench.api("POST", `/batches/${made.id}/start`);
  const done = await over(bench, made.id, ["queued", "running"]);
  equal(done.state, "succeeded", "the batch");
  return done;
}

const over = (bench, id, states) =>
  until(`batch ${id} is no longer ${states}`, async () => {
    const found = await bench.api("GET", `/batches/${id}`);
    return states.includes(found.state) ? null : found;
  });

export const tests = {
  "somebody new goes from a model to a report": async (bench) => {
    bench.allow(/401/);
    const page = await bench.page({ isSignedIn: false });
    await page.goto("/");
    await page.getByRole("tab", { name: "Register" }).click();
    await page.getByLabel("Name").fill("Trần Thị Bích");
    await page.getByLabel("E-mail").fill(`bich-${Date.now()}@example.org`);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Register" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();

    // Their own model, from the template.
    await page.goto("/workflows/");
    const workflow = await page.evaluate(async () => {
      const csrf = /modelyard_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
      const ask = async (method, route, body) => {
        const headers = { "X-CSRF-Token": csrf, "Content-Type": "application/json" };
        const answer = await fetch(`/api/v1${route}`, { method, headers, body: body && JSON.stringify(body) });
        return answer.json();
      };
      const made = await ask("POST", "/workflows/templates/star_rating", {});
      const { dataset } = made.graph.nodes.find(({ kind }) => kind === "dataset").parameters;
      while ((await ask("GET", `/datasets/${dataset}`)).state === "reading")
        await new Promise((r) => setTimeout(r, 300));
      return made.id;
    });
    await page.goto(`/workflows/?id=${workflow}`);
    await settled(page);
    await page.getByRole("button", { name: /^Run/ }).first().click();
    await page.getByRole("button", { name: "Cancel run" }).waitFor();
    await page.getByRole("button", { name: "Cancel run" }).waitFor({ state: "detached", timeout: 180_000 });

    // One prediction.
    await page.goto("/predict/");
    await page.getByText("stars · Logistic regression").first().click();
    await page.waitForURL(/id=ep_/);
    await settled(page);
    await page.getByRole("textbox").first().fill(REVIEW);
    await page.getByRole("button", { name: "Predict", exact: true }).click();
    await page.getByText(/Answered in/).waitFor();
    await bench.axe(page);
    await bench.shot(page, "journey-one");

    // A file.
    await page.getByRole("tab", { name: "Batches" }).click();
    await page.getByText("No batches yet").waitFor();
    await page.getByRole("link", { name: "New batch" }).click();
    await page.getByRole("button", { name: "Choose a file" }).waitFor();
    const file = { name: "nhan-xet.csv", mimeType: "text/csv", buffer: reviewsCsv(HOSTILE) };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByText("nhan-xet.csv").waitFor();
    await page.getByRole("button", { name: "Check rows" }).click();
    await page.getByText("68 rows can be predicted; 2 rows will fail").waitFor({ timeout: 180_000 });
    const label = page.getByRole("combobox", { name: "Label of each row" });
    equal(await label.inputValue(), "Sản phẩm", "the column suggested as label");
    await page.getByRole("button", { name: "Predict 68 rows" }).click();
    await page.getByRole("grid", { name: "Predicted rows" }).waitFor({ timeout: 180_000 });
    await lookAt(bench, page, "journey-results");
    equal(await page.locator("img[src='x']").count(), 0, "markup of a row in the page");
    await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();

    // Chart, words, report.
    await page.getByRole("tab", { name: "Summary" }).click();
    await page.locator("figure", { hasText: "What was predicted" }).locator("svg.marks").waitFor();
    await lookAt(bench, page, "journey-summary");
    await page.getByRole("tab", { name: "Words" }).click();
    const cloud = page.getByRole("img", { name: /most frequent words/ });
    await until("the word cloud is drawn", () => cloud.evaluate((image) => image.complete && image.naturalWidth > 0));
    await page.getByRole("region", { name: "Words by number of texts" }).getByText("nhanh").waitFor();
    await lookAt(bench, page, "journey-words");
    await page.getByRole("tab", { name: "Reports" }).click();
    await page.getByRole("button", { name: "Make report" }).click();
    const link = page.getByRole("link", { name: "Download PDF" });
    await link.waitFor({ timeout: 180_000 });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const saved = await download.path();
    equal(readFileSync(saved).subarray(0, 5).toString(), "%PDF-", "what a report begins with");
    equal(statSync(saved).size > 10_000, true, "a report has something in it");
    await lookAt(bench, page, "journey-reports");

    // History: the call and the batch are there.
    await page.goto("/predict/batches/");
    await page.getByRole("link", { name: "nhan-xet.csv" }).waitFor();
    await page.getByText("stars · Logistic regression").first().waitFor();
    await page.goto("/predict/");
    await page.getByText("stars · Logistic regression").first().click();
    await page.waitForURL(/id=ep_/);
    await page.getByRole("tab", { name: "History" }).click();
    await page
      .getByText(/Giày rất đẹp/)
      .first()
      .waitFor();
    await bench.axe(page);
    await bench.shot(page, "journey-history");
  },

  "rows are found, walked through by keys and copied without formulas": async (bench) => {
    const { id } = await batch(bench, HOSTILE);
    const page = await bench.page();
    await page.goto(`/predict/batches/?id=${id}`);
    const grid = page.getByRole("grid", { name: "Predicted rows" });
    await grid.focus();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.getByRole("heading", { name: "Row 2", exact: true }).waitFor();
    equal(new URL(page.url()).searchParams.get("at"), "1", "the open row in the address");
    await page.keyboard.press("Control+c");
    await page.getByText("Copied 1 row as CSV.").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    equal(copied.includes(",=cmd"), false, "a formula that a spreadsheet would run");
    equal(copied.includes("2,'=cmd|' /C calc'!A0,"), true, "the copied formula is text");
    await page.keyboard.press("End");
    await page.getByRole("heading", { name: "Row 70", exact: true }).waitFor();
    await page.getByText("This row was not predicted").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox", { name: "Search rows" }).fill("hop nat bet");
    await page.getByText(/^12 of 70 rows$/).waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    for (const order of ["ascending", "descending"]) {
      await page.getByRole("button", { name: "Confidence" }).click();
      await page.locator(`th[aria-sort=${order}]`, { hasText: "Confidence" }).waitFor();
    }
    const shown = grid.getByRole("row").nth(1);
    await until(
      "the surest row is on top",
      async () => parseFloat((await shown.innerText()).match(/[\d.]+ %/)?.[0]) > 60,
    );
    await page.getByRole("combobox", { name: "Rows" }).selectOption("failed");
    await page.getByText(/^2 of 70 rows$/).waitFor();
    await bench.axe(page);
  },

  "a long text is shown whole when it is asked for": async (bench) => {
    const { id } = await batch(bench, HOSTILE);
    const page = await bench.page();
    await page.goto(`/predict/batches/?id=${id}&at=${HOSTILE.length - 1}`);
    await page.getByRole("button", { name: "Show the whole text" }).click();
    const text = page.locator("dd p").first();
    await until("all of it is there", async () => (await text.textContent()) === "x".repeat(100_000));
    const panel = page.getByRole("complementary", { name: `Row ${HOSTILE.length}` });
    equal(await panel.evaluate((box) => box.scrollWidth <= box.clientWidth), true, "the panel is as wide as it was");
  },

  "a batch that was cancelled goes on": async (bench) => {
    const id = await moods(bench);
    const file = reviewsCsv(TEXTS, 20_000);
    const made = await bench.api("POST", `/endpoints/${id}/batches?filename=cancelled.csv`, file);
    await over(bench, made.id, ["reading"]);
    const page = await bench.page();
    await page.goto(`/predict/batches/?id=${made.id}`);
    await page.getByRole("button", { name: /^Predict [\d,]+ rows$/ }).click();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByText("This batch was cancelled").waitFor();
    equal(await page.getByRole("tab").count(), 0, "parts of a batch without results");
    await bench.axe(page);
    await bench.shot(page, "batch-cancelled");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("grid", { name: "Predicted rows" }).waitFor({ timeout: 180_000 });
    await page.getByText("20,005").first().waitFor();
  },

  "a file that was predicted already is offered, not predicted again": async (bench) => {
    const id = await moods(bench);
    const page = await bench.page();
    const file = { name: "twice.csv", mimeType: "text/csv", buffer: reviewsCsv(TEXTS) };
    for (const time of ["first", "second"]) {
      await page.goto(`/predict/batches/?new=${id}`);
      await page.locator("input[type=file]").setInputFiles(file);
      await page.getByRole("button", { name: "Check rows" }).click();
      if (time === "second") break;
      await page.getByRole("button", { name: /^Predict \d+ rows$/ }).click();
      await page.getByRole("grid", { name: "Predicted rows" }).waitFor({ timeout: 180_000 });
    }
    await page.getByText("You have this already").waitFor();
    await bench.axe(page);
    await bench.shot(page, "batch-again");
    await page.getByRole("link", { name: "Open it" }).click();
    await page.getByRole("grid", { name: "Predicted rows" }).waitFor();
  },

  "every part of a batch in every look": async (bench) => {
    const { id } = await batch(bench, HOSTILE);
    const other = await batch(bench);
    for (const [look, options] of LOOKS) {
      const page = await bench.page(options);
      for (const tab of ["results", "summary", "words", "failed", "reports"]) {
        await page.goto(`/predict/batches/?id=${id}&tab=${tab}`);
        await lookAt(bench, page, `batch-${tab}-${look}`);
      }
      await page.goto(`/predict/batches/?compare=${id},${other.id}`);
      await page.locator("figure svg.marks").first().waitFor();
      await lookAt(bench, page, `batch-compare-${look}`);
      await page.goto("/predict/batches/");
      await lookAt(bench, page, `batches-${look}`);
    }
  },

  "a batch is labelled, renamed and deleted": async (bench) => {
    const { id } = await batch(bench);
    const page = await bench.page();
    await page.goto(`/predict/batches/?id=${id}`);
    await page.getByRole("button", { name: "More", exact: true }).last().click();
    await page.getByRole("menuitem", { name: "Rename …" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Tháng mười một");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Tháng mười một", level: 1 }).waitFor();
    await page.getByRole("button", { name: "More", exact: true }).last().click();
    await page.getByRole("menuitem", { name: "Delete …" }).click();
    await bench.axe(page);
    await page.getByRole("button", { name: "Delete batch" }).click();
    await page.waitForURL(/\/predict\/batches\/$/);
    equal(
      (await bench.api("GET", "/batches?search=Tháng")).items.some((each) => each.id === id),
      false,
      "it is gone",
    );
  },
};
