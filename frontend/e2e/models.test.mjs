// Versions of a model: one is served, others wait; compared, promoted and rolled back by keyboard, tried, deleted.
import { equal, PHONE, settled, until, WIDE } from "./bench.mjs";
import { lookAt } from "./pages.test.mjs";

const LOOKS = [
  ["wide-dark", { size: WIDE, theme: "dark" }],
  ["phone-light", { size: PHONE, theme: "light" }],
];
const TREES = [2, 30, 31];

const node = (id, kind, x, parameters) => ({ id, kind, parameters, title: null, position: { x, y: 0 } });
const graph = (dataset, n_estimators) => ({
  schema: 1,
  nodes: [
    node("data", "dataset", 0, { dataset, target: "churned" }),
    node("split", "split", 240, {}),
    node("train", "train", 480, { engine: { kind: "lightgbm", n_estimators, min_child_samples: 5 } }),
  ],
  connections: ["data", "split"].map((from_node, i) => ({
    from_node,
    from_port: "table",
    to_node: ["split", "train"][i],
    to_port: "table",
  })),
});

/** A workflow that was run with several parameters; its versions, the oldest first. */
async function versions(bench, name, trees = TREES) {
  const dataset = await bench.sharedDataset();
  let saved = await bench.api("POST", "/workflows", { name, graph: graph(dataset.id, trees[0]) });
  let model = "";
  for (const n of trees) {
    const body = { name, graph: graph(dataset.id, n), version: saved.version };
    saved = await bench.api("PUT", `/workflows/${saved.id}`, body);
    const { id } = await bench.api("POST", "/runs", { kind: "workflow", workflow: saved.id });
    const run = await until("the run ends", async () => {
      const found = await bench.api("GET", `/runs/${id}`);
      return ["queued", "running"].includes(found.state) ? null : found;
    });
    equal(run.state, "succeeded", `the run with ${n} trees`);
    model = run.result.models.train;
  }
  return (await bench.api("GET", `/models/${model}/versions`)).versions.reverse();
}

const served = async (bench, model) => {
  const { versions: all } = await bench.api("GET", `/models/${model.id}/versions`);
  return all.find((version) => version.is_promoted).version;
};

const open = async (bench, address, options) => {
  const page = await bench.page(options);
  await page.goto(address);
  await settled(page);
  return page;
};

export const tests = {
  "a later version waits, is promoted and rolled back by keyboard": async (bench) => {
    const made = await versions(bench, "Waiting versions");
    const page = await open(bench, `/models/?id=${made[2].id}`);
    await page.getByRole("note").getByText("Version 3 waits").waitFor();
    equal(await served(bench, made[0]), 1, "what is served at first");
    await page.getByRole("button", { name: "Promote Version 2" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("The endpoint serves version 2 now.").waitFor();
    equal(await served(bench, made[0]), 2, "what is served after promoting");
    await page.getByRole("button", { name: "Roll back to version 1" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("The endpoint serves version 1 now.").waitFor();
    equal(await served(bench, made[0]), 1, "what is served after rolling back");
    await page.getByText("What was served when (3 changes)").click();
    await page.getByText("Rolled back to version 1.").waitFor();
    await bench.axe(page);
  },

  "somebody who was quicker is told of": async (bench) => {
    bench.allow(/409/);
    const made = await versions(bench, "Two at once");
    const page = await open(bench, `/models/?id=${made[2].id}`);
    await page.getByRole("button", { name: "Promote Version 2" }).waitFor();
    await bench.api("POST", `/models/${made[1].id}/promote`, {});
    await page.getByRole("button", { name: "Promote", exact: true }).click();
    await page.getByText("Version 2 is being served now: somebody changed it meanwhile.").waitFor();
    equal(await served(bench, made[0]), 2, "what is served");
  },

  "versions are compared: metrics, the same rows, the same axes, in every look": async (bench) => {
    const made = await versions(bench, "Compared versions");
    const ids = made.map(({ id }) => id).join(",");
    const wide = await open(bench, `/models/?id=${made[0].id}`);
    for (const n of [1, 2]) await wide.getByRole("checkbox", { name: `Compare Version ${n}` }).check();
    await wide.getByRole("button", { name: "Compare these 2" }).click();
    await wide.waitForURL(/compare=/);
    await wide.getByText(/McNemar, exact/).waitFor();
    await wide.getByRole("button", { name: "Copy" }).click();
    await wide.getByRole("menuitem", { name: "Copy as Markdown" }).click();
    await wide.getByText("Copied.").waitFor();
    const text = await wide.evaluate(() => navigator.clipboard.readText());
    equal(text.startsWith("# Comparison of models"), true, "what was copied");
    for (const [look, options] of LOOKS) {
      const page = await open(bench, `/models/?compare=${ids}`, options);
      await page.locator("figure", { hasText: "ROC curves" }).locator("svg.marks").waitFor();
      await lookAt(bench, page, `compare-versions-${look}`);
      await page.goto(`/models/?id=${made[2].id}`);
      await lookAt(bench, page, `model-versions-${look}`);
    }
  },

  "a version that is not served is tried; the answer says which it was": async (bench) => {
    const made = await versions(bench, "Tried version");
    const page = await open(bench, `/models/?id=${made[1].id}`);
    await page.getByRole("link", { name: "Try", exact: true }).click();
    await page.waitForURL(/version=2/);
    await settled(page);
    await page.getByText("You are trying version 2").waitFor();
    await page.getByRole("button", { name: "Predict", exact: true }).click();
    await page.getByText(/Answered in .* · version 2/).waitFor();
    await lookAt(bench, page, "predict-version");
    await page.getByRole("combobox", { name: "Version" }).selectOption("1");
    await page.getByText("You are trying version 2").waitFor({ state: "detached" });
    await settled(page);
    await page.getByRole("button", { name: "Predict", exact: true }).click();
    await page.getByText(/Answered in .* · version 1/).waitFor();
  },

  "before a version is deleted it is told what depends on it, and what serves next": async (bench) => {
    const made = await versions(bench, "Deleted version");
    const page = await open(bench, `/models/?id=${made[0].id}`);
    await page.getByRole("button", { name: "More", exact: true }).last().click();
    await page.getByRole("menuitem", { name: "Delete …" }).click();
    const dialog = page.getByRole("dialog", { name: /^Delete version 1 of/ });
    await dialog.getByText("The workflow Deleted version stays").waitFor();
    await bench.axe(page);
    await bench.shot(page, "model-delete");
    await dialog.getByRole("combobox", { name: "Served from then on" }).selectOption({ label: "Version 2" });
    await dialog.getByRole("button", { name: "Delete version" }).click();
    await dialog.waitFor({ state: "detached" });
    equal(await served(bench, made[1]), 2, "what is served next");
    await page.goto(`/models/?id=${made[2].id}`);
    await settled(page);
    await page.getByRole("button", { name: "More", exact: true }).last().click();
    await page.getByRole("menuitem", { name: "Delete …" }).click();
    await page.getByRole("checkbox", { name: "Delete all 2 versions with the endpoint" }).check();
    await page.getByRole("button", { name: "Delete all versions" }).click();
    await page.waitForURL(/\/models\/$/);
    const { items } = await bench.api("GET", "/models/lineages");
    equal(
      items.some(({ newest }) => newest.id === made[2].id),
      false,
      "the model is gone",
    );
  },
};
