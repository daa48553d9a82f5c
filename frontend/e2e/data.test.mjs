import { equal, settled, smallCsv } from "./bench.mjs";

const file = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

export const tests = {
  "a file is uploaded, read while the page looks on, and shown": async (bench) => {
    const page = await bench.page();
    await page.goto("/data/");
    await settled(page);
    const name = `orders-${Date.now()}`;
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles(file(`${name}.csv`, smallCsv()));
    await page.getByText(name).first().click();
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await page.getByRole("columnheader", { name: "Missing" }).waitFor({ timeout: 180_000 });
    await page.getByRole("cell", { name: "income", exact: true }).waitFor();
    await bench.shot(page, "dataset-uploaded");
    await bench.axe(page);
  },

  "what cannot be read is refused in a sentence": async (bench) => {
    bench.allow(/4\d\d/);
    const page = await bench.page();
    await page.goto("/data/");
    await settled(page);
    await page.locator("input[type=file]").first().setInputFiles(file("empty.csv", ""));
    await page.getByRole("list", { name: "Uploads" }).getByText(/empty/i).first().waitFor();
    await bench.shot(page, "upload-refused");
    await bench.axe(page);
  },

  "a sample names its licence and source, and is added": async (bench) => {
    const page = await bench.page();
    await page.goto("/data/?add=sample");
    const dialog = page.getByRole("dialog", { name: "Samples" });
    await dialog
      .getByRole("button", { name: /^Use the sample/ })
      .first()
      .waitFor();
    await bench.shot(page, "samples");
    await bench.axe(page);
    await dialog
      .getByRole("button", { name: /^Use the sample/ })
      .first()
      .click();
    await page.waitForURL(/\/data\/\?id=/);
    await page.getByRole("columnheader", { name: "Missing" }).waitFor({ timeout: 180_000 });
    await bench.shot(page, "sample");
  },

  "a target is chosen from what is suggested, and trained on": async (bench) => {
    const { id } = await bench.dataset("To be trained on");
    const page = await bench.page();
    await page.goto(`/data/?id=${id}`);
    await page.getByRole("button", { name: /^Predict churned/ }).click();
    await page.getByText("classification").first().waitFor();
    equal((await bench.api("GET", `/datasets/${id}`)).target, "churned", "target");
    await page.getByRole("button", { name: "Train on this" }).click();
    await page.waitForURL(/\/workflows\/\?id=/);
  },

  "rows are paged and columns searched": async (bench) => {
    const { id } = await bench.sharedDataset();
    const page = await bench.page();
    await page.goto(`/data/?id=${id}`);
    await page.getByRole("tab", { name: "Rows" }).click();
    await page.getByRole("cell", { name: "Hà Nội", exact: true }).first().waitFor();
    await settled(page);
    await bench.shot(page, "dataset-rows");
    await bench.axe(page);
    await page.getByRole("button", { name: "Later rows" }).click();
    await page.getByText(/101/).first().waitFor();
    await page.getByLabel("Search columns").fill("inc");
    await page.getByRole("columnheader", { name: "city" }).waitFor({ state: "detached" });
    await page.getByRole("columnheader", { name: "income" }).waitFor();
  },

  "a dataset is renamed, found by its name, and deleted": async (bench) => {
    const { id } = await bench.dataset("Soon called otherwise");
    const page = await bench.page();
    await page.goto(`/data/?id=${id}`);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Mưa ở Huế");
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("heading", { name: "Mưa ở Huế", level: 1 }).waitFor();
    await page.goto("/data/");
    await page.getByLabel("Search datasets").fill("mưa ở");
    await page.getByText("Mưa ở Huế").click();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog", { name: "Delete Mưa ở Huế?" }).getByRole("button", { name: "Delete" }).click();
    await page.getByText("Mưa ở Huế was deleted.").waitFor();
    await page.getByRole("heading", { name: "Data", level: 1 }).waitFor();
    equal(await page.locator(`[data-row="${id}"]`).count(), 0, "rows left of it");
  },
};
