// The page of an endpoint: a text is tried and explained, found in the history, asked by code with a key, shown in public.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { equal, PHONE, settled, WIDE } from "./bench.mjs";
import { GOOD, moods, REVIEWS } from "./moods.mjs";
import { lookAt } from "./pages.test.mjs";

const LOOKS = [
  ["wide-light", { size: WIDE, theme: "light" }],
  ["phone-dark", { size: PHONE, theme: "dark" }],
];
const TABS = ["try", "history", "use", "drift", "api", "settings"];
const HOSTILE = ["<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "\u202eđảo ngược", "مرحبا هذا نص من اليمين"];

/** The page of the endpoint, with one part open. */
async function open(bench, tab, options) {
  const id = await moods(bench);
  const page = await bench.page(options);
  await page.goto(`/predict/?id=${id}&tab=${tab}`);
  await settled(page);
  return page;
}

const goTo = (page, tab) => page.getByRole("tab", { name: tab, exact: true }).click();

export const tests = {
  "a text is answered and explained; below the threshold the answer is not sure": async (bench) => {
    const page = await open(bench, "try");
    const box = page.getByRole("textbox", { name: "review" });
    await box.fill(GOOD);
    await box.press("Control+Enter");
    await page.getByText(/Answered in/).waitFor();
    await page.locator("p", { hasText: /^good$/ }).waitFor();
    equal(
      await page
        .locator("mark")
        .allTextContents()
        .then((marks) => marks.join(" ").includes("chắc")),
      true,
      "marked",
    );
    await page.getByRole("rowheader", { name: /^Score/ }).waitFor();
    await bench.axe(page);
    await bench.shot(page, "endpoint-try");

    await box.press("Escape");
    await page.keyboard.press("c");
    await page.getByRole("dialog", { name: "What is right?" }).waitFor();
    await bench.axe(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "It is right" }).click();
    await page.getByText("You said that it is right.").waitFor();

    await goTo(page, "Settings");
    await page.getByLabel("Mark answers as not sure").check();
    await page.getByRole("textbox", { name: "Threshold" }).fill("99");
    await page.getByText(/^Of the rows kept from training|^No row kept from training/).waitFor();
    const form = page.locator("form", { has: page.getByLabel("Mark answers as not sure") });
    await Promise.all([
      page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok()),
      form.getByRole("button", { name: "Save" }).click(),
    ]);
    await goTo(page, "Try");
    await page.getByRole("button", { name: "Predict", exact: true }).click();
    await page.getByText("Not sure", { exact: true }).waitFor();
    await page.getByText("An answer below 99 % counts as not sure.").waitFor();
    await bench.api("PATCH", `/endpoints/${await moods(bench)}`, { not_sure_below: null });
  },

  "many lines are a table; hostile ones are text, also in the history that is filtered and walked by keys": async (
    bench,
  ) => {
    const page = await open(bench, "try");
    await page.getByRole("button", { name: "Many texts" }).click();
    const lines = [...HOSTILE, ...REVIEWS.map(([text]) => text)];
    await page.getByRole("textbox", { name: "review" }).fill(lines.join("\n\n"));
    await page.getByText("10 texts").waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("cell", { name: HOSTILE[0] }).waitFor();
    equal(await page.locator("img[src='x']").count(), 0, "markup of a text in the page");
    await bench.axe(page);

    const id = await moods(bench);
    for (const review of [HOSTILE[0], "Hàng giả, rất tệ"]) {
      await bench.api("POST", `/endpoints/${id}/calls`, { inputs: [{ review }] });
    }
    await goTo(page, "History");
    await page.getByRole("row", { name: /10 rows/ }).waitFor();
    await page.getByRole("searchbox", { name: "Search the rows" }).fill("onerror");
    await page.waitForURL(/q=onerror/);
    await page.getByRole("row", { name: /Hàng giả, rất tệ/ }).waitFor({ state: "detached" });
    await page
      .getByRole("row", { name: /^.*<img src=x/ })
      .first()
      .focus();
    await page.keyboard.press("Enter");
    const panel = page.getByRole("complementary", { name: "Call" }).or(page.getByRole("dialog", { name: "Call" }));
    await panel.getByText(HOSTILE[0]).waitFor();
    await page.keyboard.press("j");
    await panel.getByRole("combobox").waitFor();
    await bench.axe(page);
    await bench.shot(page, "endpoint-history");
    equal(await page.locator("img[src='x']").count(), 0, "markup of a text in the history");
  },

  "a key is shown once and opens this endpoint to the copied snippet": async (bench) => {
    const page = await open(bench, "api");
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("<b>Shop</b> of a very long name that goes on and on and on");
    await bench.axe(page);
    await dialog.getByRole("button", { name: "Create key" }).click();
    const secret = dialog.getByText(/^my_\S+$/);
    await secret.waitFor();
    const key = await secret.textContent();
    await dialog.getByRole("button", { name: "Done" }).click();
    const code = await page.locator("pre").first().textContent();
    const { stdout } = await promisify(execFile)("bash", ["-c", code], { env: { ...process.env, MODELYARD_KEY: key } });
    equal(JSON.parse(stdout).outputs.length, 1, "answers to the snippet");
    await page.reload();
    const line = page.getByRole("listitem").filter({ hasText: "<b>Shop</b>" });
    await line.getByText(/^1 of .* calls this minute$/).waitFor();
    equal((await page.content()).includes(key), false, "the key is still on the page");
    await line.getByRole("button", { name: /^Revoke/ }).click();
    await page.getByRole("alertdialog").or(page.getByRole("dialog")).getByRole("button", { name: "Revoke" }).click();
    await line.waitFor({ state: "detached" });
  },

  "the public page answers strangers while it is on": async (bench) => {
    bench.allow(/404/);
    const page = await open(bench, "settings");
    await page.getByLabel("Anyone who has the link may try it").click();
    const link = page.getByRole("link", { name: "Open the page" });
    await link.waitFor();
    const stranger = await bench.page({ isSignedIn: false, size: PHONE, theme: "dark" });
    await stranger.goto(await link.getAttribute("href"));
    await stranger.getByRole("textbox", { name: "review" }).fill(GOOD);
    await stranger.getByRole("button", { name: "Predict" }).click();
    await stranger.getByText("good", { exact: true }).first().waitFor();
    await lookAt(bench, stranger, "public-page");
    await page.getByLabel("Anyone who has the link may try it").click();
    await link.waitFor({ state: "detached" });
    await stranger.reload();
    await stranger.getByRole("heading", { name: "There is no public page here" }).waitFor();
    await lookAt(bench, stranger, "public-page-off");
  },

  "every part of an endpoint, wide and on a phone": async (bench) => {
    for (const [look, options] of LOOKS) {
      const page = await open(bench, TABS[0], options);
      for (const tab of TABS) {
        await page.goto(`/predict/?id=${await moods(bench)}&tab=${tab}`);
        await lookAt(bench, page, `endpoint-${tab}-${look}`);
      }
    }
  },
};
