import { equal, settled, until } from "./bench.mjs";

function numbersCsv() {
  const rows = Array.from({ length: 3000 }, (_, i) => `${(i * 7) % 101},${(i * 13) % 97},${(i * 29) % 89},${i % 2}`);
  return `${["a,b,c,churned", ...rows].join("\n")}\n`;
}

/** A workflow on a small dataset whose training takes longer than any test. */
async function longRun(bench) {
  const dataset = await bench.dataset("Grown for long", numbersCsv());
  const made = await bench.api("POST", "/workflows", {
    name: "A long training",
    dataset: dataset.id,
    target: "churned",
  });
  const engine = { kind: "random_forest", n_estimators: 5000 };
  const nodes = made.graph.nodes.map((node) =>
    node.kind === "train" ? { ...node, parameters: { ...node.parameters, engine } } : node,
  );
  const graph = { ...made.graph, nodes };
  await bench.api("PUT", `/workflows/${made.id}`, { name: made.name, graph, version: made.version });
  return bench.api("POST", "/runs", { kind: "workflow", workflow: made.id });
}

export const tests = {
  "a run is watched, cancelled and run again": async (bench) => {
    const run = await longRun(bench);
    const page = await bench.page();
    await page.goto(`/runs/?id=${run.id}`);
    const panel = page.getByRole("complementary", { name: run.title });
    await panel.getByText("Running").first().waitFor();
    await panel.getByRole("progressbar").waitFor();
    await bench.shot(page, "run-going");
    await bench.axe(page);
    await panel.getByRole("button", { name: "Cancel" }).click();
    await panel.getByText("Cancelled").first().waitFor();
    await panel.getByRole("button", { name: "Run again" }).click();
    await page.waitForURL((url) => url.searchParams.get("id") !== run.id);
    await panel.getByRole("button", { name: "Cancel" }).click();
    await panel.getByText("Cancelled").first().waitFor();
    await bench.shot(page, "run-cancelled");
  },

  "a training shows its steps, what it logged and what it cost": async (bench) => {
    const dataset = await bench.sharedDataset();
    const made = await bench.api("POST", "/workflows", { name: "Who leaves", dataset: dataset.id, target: "churned" });
    const page = await bench.page();
    const run = await bench.api("POST", "/runs", { kind: "workflow", workflow: made.id });
    await page.goto(`/runs/?id=${run.id}`);
    const panel = page.getByRole("complementary", { name: run.title });
    await panel.getByText("Times and cost").waitFor();
    const done = await until("the run has ended", async () => {
      const found = await bench.api("GET", `/runs/${run.id}`);
      return ["queued", "running"].includes(found.state) ? null : found;
    });
    equal(done.state, "succeeded", "state of the run");
    await panel.getByText("Done").nth(done.steps.length).waitFor();
    equal(await panel.getByRole("listitem").count(), done.steps.length, "steps on the page");
    await bench.shot(page, "run-training");
    await bench.axe(page);
    await page.reload();
    await panel.getByText("Done").first().waitFor();
    await bench.shot(page, "run-training-reloaded");
  },

  "a run that failed says why and what to do": async (bench) => {
    const query = new URLSearchParams({ name: "Nothing but a header", filename: "header.csv" });
    const { id } = await bench.api("POST", `/datasets?${query}`, Buffer.from("a,b,c\n"));
    const dataset = await bench.ready(id);
    equal(dataset.state, "failed", "state of the dataset");
    const page = await bench.page();
    await page.goto(`/runs/?id=${dataset.run_id}`);
    await page.getByRole("alert").getByText(dataset.error.message).waitFor();
    await page.getByRole("button", { name: "Run again" }).waitFor();
    await bench.shot(page, "run-failed");
    await bench.axe(page);
    await page.goto(`/data/?id=${id}`);
    await page.getByText(dataset.error.message).waitFor();
    await bench.shot(page, "dataset-failed");
    await bench.axe(page);
  },

  "the list filters by state, the address keeps what is open, back goes back": async (bench) => {
    const { run_id } = await bench.sharedDataset();
    const page = await bench.page();
    await page.goto("/runs/");
    await settled(page);
    await page.getByLabel("State").selectOption("succeeded");
    await page.waitForURL(/state=succeeded/);
    await page.locator(`[data-row="${run_id}"]`).click();
    await page.waitForURL((url) => url.searchParams.get("id") === run_id);
    await page.getByRole("complementary").getByText(run_id).waitFor();
    await page.goBack();
    await page.getByRole("complementary").waitFor({ state: "detached" });
    equal(new URL(page.url()).searchParams.get("state"), "succeeded", "state in the address");
  },

  "a run that is not there": async (bench) => {
    bench.allow(/404/);
    const page = await bench.page();
    await page.goto("/runs/?id=rn_nothing");
    await page.getByText("This run could not be opened").waitFor();
    await bench.shot(page, "run-not-there");
    await bench.axe(page);
  },
};
