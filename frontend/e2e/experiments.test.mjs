// Experiments: written down in the form with recorded answers, watched while they run, ended early and resumed.
import { equal, PHONE } from "./bench.mjs";

const form = async (page) => {
  await page.goto("/experiments/?new=recorded");
  await page.getByText("= 500 requests").waitFor({ timeout: 180_000 });
};

/** Real recorded answers that take their time. */
async function addSlow(page, name) {
  const status = await page.evaluate(async (named) => {
    const token = /(?:^|;\s*)modelyard_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
    const provider = { kind: "recorded", seconds_to_first: 0.6, seconds_spread: 0.2 };
    const answer = await fetch("/api/v1/llms", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
      body: JSON.stringify({ name: named, provider }),
    });
    return answer.status;
  }, name);
  equal(status, 201, "the status of adding an LLM");
}

export const tests = {
  "a first experiment with recorded answers is written, started and seen through": async (bench) => {
    const page = await bench.page();
    await form(page);
    const name = `Directly or in steps ${Date.now()}`;
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByText("250 samples of 1,250 rows · 5 groups").waitFor();
    await page.getByText("How many samples are enough?").click();
    await page.getByText(/To see a 5-point difference .* samples/).waitFor();
    await page.getByRole("textbox", { name: "How many samples" }).fill("40");
    await page.getByText("2 strategies × 1 LLM × 40 samples = 80 requests").waitFor();
    await bench.axe(page);

    await page.getByRole("tab", { name: "Document" }).click();
    const box = page.getByRole("textbox", { name: "Document" });
    await page.waitForFunction(() => document.querySelector("textarea")?.value.includes("limit: 40"));
    await box.fill((await box.inputValue()).replace("limit: 40", "limit: 60"));
    equal(await page.getByRole("button", { name: "Save and start" }).isDisabled(), true, "saving what is not taken");
    await page.getByRole("button", { name: "Take over into the form" }).click();
    await page.getByText("2 strategies × 1 LLM × 60 samples = 120 requests").waitFor();

    await page.getByRole("button", { name: "Save and start" }).click();
    await page.getByText("Every answer is there: 120 answers.").waitFor({ timeout: 180_000 });
    const rows = page.getByRole("region", { name: "Configurations" }).locator("tbody tr");
    equal(await rows.count(), 2, "rows of configurations");
    await rows.filter({ hasText: "Step by step" }).getByText(/%/).first().waitFor();
    await bench.axe(page);

    await page.goto("/experiments/");
    await page.getByRole("searchbox", { name: "Search experiments" }).fill(name);
    const row = page.locator("tbody tr").filter({ hasText: name });
    await row.getByText("Done").waitFor();
    await page.setViewportSize(PHONE);
    await row.click();
    await page.getByText("Every answer is there: 120 answers.").waitFor();
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing sideways");
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Delete the experiment" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.waitForURL((url) => !url.searchParams.has("id"));
  },

  "an attempt is watched over a reload, finished early, resumed, cancelled and run again": async (bench) => {
    const page = await bench.page();
    await page.goto("/experiments/");
    const llm = `Slow ${Date.now()}`;
    await addSlow(page, llm);
    await form(page);
    for (const box of await page.getByRole("checkbox", { checked: true, name: /recorded/ }).all()) await box.uncheck();
    await page.getByRole("checkbox", { name: new RegExp(llm) }).check();
    await page.getByRole("checkbox", { name: /earlier attempts/ }).uncheck();
    await page.getByRole("button", { name: "Save and start" }).click();
    const progress = page.getByRole("progressbar");
    await page.waitForFunction(() => Number(document.querySelector("[role=progressbar]")?.ariaValueNow) > 2);
    await page.reload();
    await progress.waitFor();
    await page.getByRole("region", { name: "Configurations so far" }).getByText(llm).first().waitFor();
    await page.getByRole("button", { name: "Finish early" }).click();
    await page.getByText(/Somebody stopped it early/).waitFor({ timeout: 180_000 });

    await page.getByRole("button", { name: "Resume" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/missing/).waitFor();
    await dialog.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByText(/Cancelled; every answer that is there is kept/).waitFor({ timeout: 180_000 });

    await page.getByRole("button", { name: "Run again" }).click();
    await page.waitForURL(/attempt=2/);
    await page.getByRole("combobox", { name: "Attempt to show" }).waitFor();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByText(/Cancelled; every answer that is there is kept/).waitFor({ timeout: 180_000 });
    await page.getByRole("combobox", { name: "Attempt to show" }).selectOption("1");
    await page.waitForURL(/attempt=1/);
  },
};
