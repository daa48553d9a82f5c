// The pages on one host, the API on another that sleeps: one sign-in, nothing sent twice, nothing lost.
import { readFile } from "node:fs/promises";
import { equal, until } from "./bench.mjs";
import { OwnYard, pagesElsewhere } from "./yards.mjs";

export const tests = {
  "pages on another host sign in, upload, download and wait for a server that sleeps": async (bench) => {
    bench.allow(/401/, /ERR_CONNECTION_REFUSED/, /Failed to load resource/);
    let yard = null;
    const pages = await pagesElsewhere(() => yard.origin);
    yard = new OwnYard({ MODELYARD_FRONTEND_ORIGINS: pages.origin });
    try {
      await yard.start();
      const page = await bench.page({ isSignedIn: false });
      await page.goto(`${pages.origin}/sign-in/${new URL(yard.link).search}`);
      await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor({ timeout: 180_000 });

      await page.goto(`${pages.origin}/data/`);
      await page
        .locator("input[type=file]")
        .first()
        .setInputFiles({
          name: "rows.csv",
          mimeType: "text/csv",
          buffer: Buffer.from("city,people\nHuế,360000\nĐà Nẵng,1100000\n"),
        });
      await page.getByText("rows", { exact: true }).first().click();
      await page.getByText("Đà Nẵng").first().waitFor({ timeout: 180_000 });

      await page.getByRole("button", { name: "More actions" }).click();
      const [saved] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: "Download as CSV" }).click(),
      ]);
      equal(saved.suggestedFilename().endsWith(".csv"), true, "the name that the server gives");
      equal((await readFile(await saved.path(), "utf8")).includes("Đà Nẵng"), true, "the rows");

      await yard.stop();
      const sent = [];
      page.on("request", (request) => {
        if (request.url().startsWith(yard.origin) && !["GET", "OPTIONS"].includes(request.method()))
          sent.push(`${request.method()} ${request.url()}`);
      });
      const reload = page.reload();
      await page.getByText("Starting the server").waitFor({ timeout: 180_000 });
      await bench.shot(page, "elsewhere-waking");
      await yard.start();
      await reload;
      await page.getByText("Đà Nẵng").first().waitFor({ timeout: 180_000 });
      await until("the banner goes", async () => (await page.getByText("Starting the server").count()) === 0);
      equal(sent.join(), "", "what was sent while it slept");

      const cookies = (await page.context().cookies(yard.origin)).map(({ name, sameSite }) => `${name} ${sameSite}`);
      equal(cookies.join(), "modelyard_session None", "cookies of the other host");
    } finally {
      await pages.close();
      await yard.close();
    }
  },
};
