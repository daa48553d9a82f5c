// What an experiment came to: the comparison is read, samples where two configurations differ are looked at and
// labelled, the winner is put to use, and a reader opens the shared link.
import { equal, PHONE, settled, until } from "./bench.mjs";

const LIMIT = 100;

let made = null;

/** An experiment on recorded answers that has run; made by whoever asks first. */
function compared(bench) {
  made ??= run(bench);
  return made;
}

async function run(bench) {
  const { id: dataset } = await bench.api("POST", "/samples/questions_bbh");
  await bench.ready(dataset);
  const llm = await bench.api("POST", "/llms", { name: "Recorded answers", provider: { kind: "recorded" } });
  const { id } = await bench.api("POST", "/experiments", {
    name: "Does thinking step by step pay?",
    samples: { dataset, limit: LIMIT },
    strategies: [{ kind: "naive" }, { kind: "cot" }],
    llms: [{ llm: llm.id }],
    scorers: [{ kind: "exact_match" }, { kind: "contains" }],
  });
  await bench.api("POST", `/experiments/${id}/attempts`);
  await until("the experiment has run", async () => {
    const attempt = await bench.api("GET", `/experiments/${id}/attempts/1`);
    if (["queued", "running"].includes(attempt.state)) return null;
    equal(attempt.state, "succeeded", `the attempt (${attempt.error})`);
    return attempt.has_results;
  });
  return id;
}

/** A key that labels takes the same label back: none may be left of another test. */
async function takeBackLabels(bench, id) {
  const labels = `/experiments/${id}/attempts/1/labels`;
  for (const { configuration, place, repeat } of (await bench.api("GET", labels)).items)
    await bench.api("DELETE", `${labels}/${configuration}/${place}/${repeat}`);
}

export const tests = {
  "a comparison leads to the samples that differ, which are labelled by key, and to a promotion": async (bench) => {
    const id = await compared(bench);
    await takeBackLabels(bench, id);
    const page = await bench.page();
    await page.goto(`/experiments/?id=${id}&tab=comparison`);
    await page.getByText(/^cot scores highest: /).waitFor();
    const rows = page.getByRole("region", { name: "Configurations" });
    await rows.getByText("Best", { exact: true }).waitFor();
    const chart = page.locator("figure", { hasText: "Exact match by median time · n = 100" });
    await chart.locator("svg.marks").waitFor();
    await settled(page);
    await bench.axe(page);
    await bench.shot(page, "experiment-comparison");

    await page.getByRole("region", { name: "Each against each" }).getByText("naive").click();
    await page.getByText(/^cot · Recorded answers is better than naive/).waitFor();
    await page.getByRole("button", { name: "Look at the samples where they differ" }).click();
    await page.waitForURL((url) => url.searchParams.get("who") === "differ");
    const list = page.getByRole("region", { name: "Answers" });
    await list.getByRole("img", { name: "wrong" }).first().waitFor();
    await bench.axe(page);
    await list.locator("tr[data-row]").first().click();

    await page.getByText(/^1 of \d+$/).waitFor();
    await page.locator("ins").first().waitFor();
    await page.keyboard.press("j");
    await page.getByText(/^2 of \d+$/).waitFor();
    await page.keyboard.press("k");
    await page.getByText(/^1 of \d+$/).waitFor();
    const first = page.getByRole("region", { name: "First" });
    await page.keyboard.press("1");
    await first.getByRole("button", { name: /^Right/, pressed: true }).waitFor();
    await page.keyboard.press("0");
    await page
      .getByRole("region", { name: "Second" })
      .getByRole("button", { name: /^Wrong/, pressed: true })
      .waitFor();
    await first.getByRole("textbox", { name: "Note: First" }).fill("It counts the days itself.");
    await page.keyboard.press("Enter");
    await settled(page);
    await bench.axe(page);
    await bench.shot(page, "experiment-sample");
    const labels = await until("the note is kept", async () => {
      const { items } = await bench.api("GET", `/experiments/${id}/attempts/1/labels`);
      return items.some(({ note }) => note === "It counts the days itself.") ? items : null;
    });
    equal(labels.length, 2, "labels");

    await page.getByRole("button", { name: "Promote" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("It is the best by the deciding scorer.").waitFor();
    await bench.axe(page, "[role=dialog]");
    await dialog.getByRole("textbox", { name: "Name of the endpoint" }).fill("Thinks step by step");
    await dialog.getByRole("button", { name: "Promote" }).click();
    await dialog.getByRole("link", { name: "Try the endpoint" }).click();
    await page.getByRole("heading", { name: "Thinks step by step" }).waitFor();
    await settled(page);
    equal(await page.getByRole("tab").allTextContents().then(String), "Try,History,Use,API,Settings", "parts");
    await page.getByRole("button", { name: "Ask" }).click();
    await page.getByText(/^Answered in /).waitFor();
    await bench.axe(page);
    await page.getByRole("link", { name: "Open the experiment" }).waitFor();
  },

  "answers are labelled blind until scorers can be held against people": async (bench) => {
    const id = await compared(bench);
    const page = await bench.page({ size: PHONE, theme: "dark" });
    await page.goto(`/experiments/?id=${id}&tab=labels&blind=1`);
    const right = page.getByRole("button", { name: /^Right/, disabled: false });
    for (let n = 1; n <= 10; n += 1) {
      await right.waitFor();
      await page.keyboard.press(n % 3 === 0 ? "3" : "1");
      await page.getByText(new RegExp(`· ${n} labelled now$`)).waitFor();
    }
    await bench.axe(page);
    await page.getByRole("button", { name: "End" }).click();
    await page.getByRole("row", { name: /^Exact match/ }).waitFor();
    await bench.requireNoSideways(page);
    await bench.axe(page);
  },

  "whoever has the link reads the comparison and the answers, and changes nothing, until it is taken back": async (
    bench,
  ) => {
    const id = await compared(bench);
    const page = await bench.page();
    await page.goto(`/experiments/?id=${id}&tab=comparison`);
    await page.getByRole("button", { name: "Share" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: "With questions, answers, prompts and passages" }).check();
    await dialog.getByRole("combobox", { name: "The link works" }).selectOption({ label: "For 7 days" });
    await bench.axe(page, "[role=dialog]");
    await dialog.getByRole("button", { name: "Make the link" }).click();
    const link = (await dialog.getByText(/\/shared\/\?experiment=/).textContent()).trim();
    await dialog.getByText(/It ends by itself on /).waitFor();
    await bench.axe(page, "[role=dialog]");

    bench.allow(/status of (404|410)/);
    const reader = await bench.page({ isSignedIn: false, size: PHONE });
    await reader.goto(link);
    await reader.getByRole("heading", { name: "Does thinking step by step pay?" }).waitFor();
    await reader.getByText(/^cot scores highest: /).waitFor();
    await reader.getByText(/the link works until /).waitFor();
    await bench.requireNoSideways(reader);
    await settled(reader);
    await bench.axe(reader);

    await reader.getByRole("tab", { name: "Answers" }).click();
    await reader.getByText(`${LIMIT} samples`).waitFor();
    await reader.getByRole("combobox", { name: "Who was right" }).selectOption({ label: "Where they differ" });
    const list = reader.getByRole("region", { name: "Answers" });
    await list.getByRole("img", { name: "wrong" }).first().waitFor();
    await bench.requireNoSideways(reader);
    await bench.axe(reader);
    await list.locator("tr[data-row]").first().click();
    await reader.locator("ins").first().waitFor();
    equal(await reader.getByText("Your label").count(), 0, "ways to label");
    await bench.requireNoSideways(reader);
    await bench.axe(reader);
    await bench.shot(reader, "experiment-shared-answers");

    await dialog.getByRole("button", { name: "Take the link back" }).click();
    await dialog.getByRole("button", { name: "Make the link" }).waitFor();
    await reader.goto(link);
    await reader.getByText("There is nothing here").first().waitFor();
  },

  "names of a template are put in where the caret stands": async (bench) => {
    const page = await bench.page({ theme: "dark" });
    await page.goto("/experiments/?new=blank");
    await page.locator("summary", { hasText: "Naive" }).click();
    const template = page.getByRole("textbox", { name: "Template" });
    await template.fill("Say it: ");
    await page.getByRole("button", { name: "Insert {question}" }).click();
    await page.keyboard.type("?");
    equal(await template.inputValue(), "Say it: {question}?", "template");
    await bench.axe(page);
  },
};
