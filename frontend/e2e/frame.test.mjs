import { equal, PHONE, settled, until } from "./bench.mjs";

const width = async (element) => Math.round((await element.boundingBox()).width);

export const tests = {
  "a sleeping server is waited for, and the page comes by itself": async (bench) => {
    bench.allow(/502/);
    const page = await bench.page();
    let isAsleep = true;
    const asleep = (route) => (isAsleep ? route.fulfill({ status: 502, body: "Bad gateway" }) : route.continue());
    await page.route("**/api/v1/**", asleep);
    await page.route("**/health", asleep);
    await page.goto("/runs/");
    await page.getByText(/Starting the server/).waitFor();
    await bench.shot(page, "waking");
    await bench.axe(page);
    isAsleep = false;
    await page.getByRole("heading", { name: "Runs", level: 1 }).waitFor();
    await page.getByText(/Starting the server/).waitFor({ state: "detached" });
  },

  "a list that cannot be read says so, with the request's id, and is tried again": async (bench) => {
    bench.allow(/500/);
    const page = await bench.page();
    let isBroken = true;
    const body = { error: "fault", detail: "Something broke.", hint: null, fields: [], request_id: "5eed5eed5eed5eed" };
    await page.route("**/api/v1/datasets?*", (route) =>
      isBroken ? route.fulfill({ status: 500, json: body }) : route.continue(),
    );
    await page.goto("/data/");
    await page.getByText("5eed5eed5eed5eed").waitFor({ timeout: 180_000 });
    await bench.shot(page, "data-error");
    await bench.axe(page);
    isBroken = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("5eed5eed5eed5eed").waitFor({ state: "detached" });
  },

  "a phone's bar leads everywhere": async (bench) => {
    const page = await bench.page({ size: PHONE });
    await page.goto("/");
    await settled(page);
    const bar = page.getByRole("navigation", { name: "Main" }).last();
    await bar.getByRole("link", { name: "Data" }).click();
    await page.getByRole("heading", { name: "Data", level: 1 }).waitFor();
    await bar.getByRole("button", { name: "More" }).click();
    await bench.shot(page, "phone-more");
    await page.getByRole("menuitem", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
  },

  "the rail opens, stays open, and says where one is": async (bench) => {
    const page = await bench.page();
    await page.goto("/runs/");
    await settled(page);
    await page.getByRole("button", { name: "Open the rail" }).click();
    await page.reload();
    await settled(page);
    const rail = page.getByRole("navigation", { name: "Main" }).first();
    equal(await width(rail), 208, "width of the open rail");
    equal(await rail.getByRole("link", { name: /^Runs/ }).getAttribute("aria-current"), "page", "where one is");
    await bench.shot(page, "rail-open");
    await bench.axe(page);
  },

  "rows are copied as CSV; a column is made wider by dragging": async (bench) => {
    await bench.sharedDataset();
    const page = await bench.page();
    await page.goto("/data/");
    await settled(page);
    await page.getByRole("button", { name: "Copy Datasets as CSV" }).click();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    if (!text.startsWith("Name,")) throw new Error(`copied ${text.slice(0, 80)}`);
    const head = page.getByRole("columnheader", { name: "Name" });
    const before = await head.boundingBox();
    await head.hover();
    await page.mouse.move(before.x + before.width - 2, before.y + 12);
    await page.mouse.down();
    await page.mouse.move(before.x + before.width - 102, before.y + 12, { steps: 4 });
    await page.mouse.up();
    const wanted = Math.round(before.width) - 100;
    await until(`the column is ${wanted} px wide`, async () => (await width(head)) === wanted, 5_000);
  },
};
