// The canvas: connecting by hand and by keyboard, refusals, undo, saving by itself, two windows, a whole run.
import { equal, PHONE, settled, until, WIDE } from "./bench.mjs";
import { lookAt } from "./pages.test.mjs";

const LOOKS = [
  ["wide-light", { size: WIDE, theme: "light" }],
  ["phone-dark", { size: PHONE, theme: "dark" }],
];

const node = (id, kind, x, y, parameters = {}) => ({ id, kind, parameters, title: null, position: { x, y } });
/** The workflow that some tests below look at: one that tells classes apart, run as it was made, narrow as a phone; the same for all of them. */
async function trained(bench) {
  const name = "To be looked at";
  const { items } = await bench.api("GET", "/workflows?limit=100");
  const known = items.find((workflow) => workflow.name === name);
  if (known) return known.id;
  const dataset = await bench.sharedDataset();
  const nodes = [
    node("data", "dataset", 0, 0, { dataset: dataset.id, target: "churned" }),
    node("split", "split", 40, 160),
    node("train", "train", 80, 320, { engine: { kind: "lightgbm", n_estimators: 20, min_child_samples: 5 } }),
    node("evaluate", "evaluate", 120, 480),
  ];
  const connections = [
    ["data", "table", "split", "table"],
    ["split", "table", "train", "table"],
    ["train", "model", "evaluate", "model"],
  ].map(([from_node, from_port, to_node, to_port]) => ({ from_node, from_port, to_node, to_port }));
  const { id } = await bench.api("POST", "/workflows", { name, graph: { schema: 1, nodes, connections } });
  const run = await bench.api("POST", "/runs", { kind: "workflow", workflow: id });
  await until("it has run", async () => (await bench.api("GET", `/runs/${run.id}`)).state === "succeeded", 180_000);
  return id;
}

const nodeOf = (page, title) => page.locator(".canvas-node", { has: page.locator(`text="${title}"`) });
const saved = (page) =>
  page
    .getByRole("status")
    .filter({ hasText: /^Saved$/ })
    .waitFor();

async function loose(bench, name) {
  const nodes = [node("a", "dataset", 0, 0), node("b", "split", 320, 0), node("c", "evaluate", 640, 0)];
  return bench.api("POST", "/workflows", { name, graph: { schema: 1, nodes, connections: [] } });
}

async function open(bench, id, options) {
  const page = await bench.page(options);
  await page.goto(`/workflows/?id=${id}`);
  await settled(page);
  await page.locator(".canvas-node").first().waitFor();
  return page;
}

/** Drag from a node's output to another's input with real mouse events. */
async function drag(page, from, to, { drop = true } = {}) {
  const start = await nodeOf(page, from).locator(".react-flow__handle.source").boundingBox();
  const end = await nodeOf(page, to).locator(".react-flow__handle.target").boundingBox();
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x - 60, end.y + 30, { steps: 6 });
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 6 });
  if (drop) await page.mouse.up();
}

const connections = (page) => page.locator(".react-flow__edge").count();

export const tests = {
  "drag to connect, undo, redo, and it is saved": async (bench) => {
    const { id } = await loose(bench, "Connected by hand");
    const page = await open(bench, id);
    await drag(page, "Dataset", "Split");
    await until("connected", async () => (await connections(page)) === 1);
    await page.locator(".react-flow__pane").click({ position: { x: 300, y: 300 } });
    await page.keyboard.press("Control+z");
    await until("undone", async () => (await connections(page)) === 0);
    await page.keyboard.press("Control+Shift+z");
    await until("done again", async () => (await connections(page)) === 1);
    await saved(page);
    await until("the connection is stored", async () => {
      const { graph } = await bench.api("GET", `/workflows/${id}`);
      return graph.connections.length === 1;
    });
    await page.reload();
    await page.locator(".react-flow__edge").first().waitFor({ state: "attached" });
  },

  "a wrong connection is refused while it is dragged, and says why": async (bench) => {
    const { id } = await loose(bench, "Refused");
    const page = await open(bench, id);
    await drag(page, "Dataset", "Evaluate", { drop: false });
    const why = "Evaluate takes a model; Dataset gives rows.";
    await page.locator(".canvas-hint").filter({ hasText: why }).waitFor();
    equal(await page.locator('.canvas-port[data-mood="accept"]').count(), 1, "ports that grow");
    await bench.shot(page, "canvas-refused");
    await page.mouse.up();
    await page.getByRole("alert").filter({ hasText: why }).waitFor();
    equal(await connections(page), 0, "connections");
  },

  "keyboard only: add, connect, move, delete": async (bench) => {
    const { id } = await loose(bench, "By keyboard");
    const page = await open(bench, id);
    await page.keyboard.press("/");
    await page.getByRole("combobox", { name: "Search nodes" }).fill("train");
    await page.keyboard.press("Enter");
    await nodeOf(page, "Train").waitFor();
    await page.keyboard.press("Escape");
    await page.locator('.react-flow__node[data-id="b"]').focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("c");
    await page.getByRole("dialog", { name: "Connect Split" }).waitFor();
    await bench.shot(page, "canvas-connect-list");
    await page.keyboard.type("train");
    await page.keyboard.press("Enter");
    await until("connected", async () => (await connections(page)) === 1);
    await page.locator('.react-flow__node[data-id="b"]').focus();
    await page.keyboard.press("ArrowDown");
    await saved(page);
    await until("moved by one grid step", async () => {
      const { graph } = await bench.api("GET", `/workflows/${id}`);
      return graph.nodes.find((n) => n.id === "b").position.y === 16;
    });
    await page.locator('.react-flow__node[data-id="b"]').focus();
    await page.keyboard.press("Delete");
    await until("deleted with its connection", async () => (await connections(page)) === 0);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await bench.axe(page);
  },

  "copy, paste, duplicate, select all; ids never meet again after a reload": async (bench) => {
    const { id } = await loose(bench, "Copies");
    const page = await open(bench, id);
    await nodeOf(page, "Split").click();
    await page.keyboard.press("Control+c");
    await page.keyboard.press("Control+v");
    await page.keyboard.press("Control+d");
    await until("two more", async () => (await page.locator(".canvas-node").count()) === 5);
    await saved(page);
    await page.reload();
    await page.locator(".canvas-node").first().waitFor();
    await nodeOf(page, "Dataset").click();
    await page.keyboard.press("Control+d");
    await until("one more", async () => (await page.locator(".canvas-node").count()) === 6);
    await saved(page);
    const stored = await until("six are stored", async () => {
      const { graph } = await bench.api("GET", `/workflows/${id}`);
      return graph.nodes.length === 6 && graph.nodes;
    });
    equal(new Set(stored.map((n) => n.id)).size, 6, "different ids");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await until("empty", async () => (await page.locator(".canvas-node").count()) === 0);
    await page.keyboard.press("Control+z");
    await until("all back", async () => (await page.locator(".canvas-node").count()) === 6);
  },

  "two windows: the later save is told, and loses nothing": async (bench) => {
    bench.allow(/409/);
    const { id } = await loose(bench, "In two windows");
    const first = await open(bench, id);
    const second = await open(bench, id);
    await nodeOf(first, "Split").click();
    await first.keyboard.press("Control+d");
    await until(
      "saved by the first",
      async () => (await bench.api("GET", `/workflows/${id}`)).graph.nodes.length === 4,
    );
    await nodeOf(second, "Evaluate").click();
    await second.keyboard.press("Delete");
    await second.getByRole("alert").filter({ hasText: "Changed elsewhere" }).waitFor();
    await bench.shot(second, "canvas-conflict");
    await bench.axe(second);
    await second.getByRole("button", { name: "Load theirs" }).click();
    await until("theirs", async () => (await second.locator(".canvas-node").count()) === 4);
    await second.locator(".react-flow__pane").click({ position: { x: 300, y: 400 } });
    await second.keyboard.press("Control+z");
    await until("mine again", async () => (await second.locator(".canvas-node").count()) === 2);
    await until("mine is saved now", async () => (await bench.api("GET", `/workflows/${id}`)).graph.nodes.length === 2);
  },

  "problems stand on the node, in the form and in the list": async (bench) => {
    const dataset = await bench.dataset("For problems");
    const graph = {
      schema: 1,
      nodes: [node("a", "dataset", 0, 0, { dataset: dataset.id, target: "nope" })],
      connections: [],
    };
    const { id } = await bench.api("POST", "/workflows", { name: "With problems", graph });
    const page = await open(bench, id);
    await page.locator(".canvas-node-problem").first().waitFor();
    await page.getByRole("button", { name: /^Problems \(\d+\)$/ }).click();
    await nodeOf(page, "Dataset").click();
    await page.locator('[data-field="target"] [aria-invalid="true"]').waitFor();
    await bench.shot(page, "canvas-problems");
    await bench.axe(page);
    await page.locator('[data-field="target"] select').selectOption("income");
    await until("solved", async () => (await page.locator(".canvas-node-problem").count()) === 0);
  },

  "from a sample to a model and a prediction": async (bench) => {
    bench.allow(/422/);
    const page = await bench.page();
    await page.goto("/workflows/?new=sample");
    await settled(page);
    await page.getByRole("button", { name: "Create workflow" }).click();
    await page.waitForURL(/id=wf/);
    await nodeOf(page, "Train").waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Cancel run" }).waitFor();
    await page
      .locator('.canvas-node[data-state="succeeded"], .canvas-node[data-state="cached"]')
      .nth(4)
      .waitFor({ timeout: 180_000 });
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    await nodeOf(page, "Evaluate").click();
    await page.getByRole("tab", { name: "Results" }).click();
    await page.getByRole("table").first().waitFor();
    await lookAt(bench, page, "canvas-results");
    await nodeOf(page, "Train").click();
    await page.getByRole("link", { name: "Open the model" }).click();
    await page.waitForURL(/models\/\?id=/);
    await lookAt(bench, page, "model-wide-light");
    await page.getByRole("link", { name: "Predict", exact: true }).last().click();
    await page.waitForURL(/predict\/\?id=/);
    await settled(page);
    await page.getByRole("button", { name: "Predict", exact: true }).click();
    await page.getByRole("list", { name: "Probability of each class" }).waitFor();
    const number = page.locator('input[inputmode="decimal"]').first();
    await number.fill("many");
    await page.getByRole("button", { name: "Predict", exact: true }).click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    await lookAt(bench, page, "predict-refused");
  },

  "every look of the pages around a model": async (bench) => {
    const { items: workflows } = await bench.api("GET", "/workflows");
    const { items: models } = await bench.api("GET", "/models");
    const { items: endpoints } = await bench.api("GET", "/endpoints");
    const model = models[0];
    const pages = {
      workflows: "/workflows/",
      workflow: `/workflows/?id=${model.workflow.id}`,
      models: "/models/",
      model: `/models/?id=${model.id}`,
      compare: `/models/?compare=${model.id},${(models[1] ?? model).id}`,
      predict: "/predict/",
      endpoint: `/predict/?id=${endpoints[0].id}`,
    };
    equal(workflows.length > 0, true, "there are workflows");
    for (const [look, options] of LOOKS) {
      const page = await bench.page(options);
      for (const [name, address] of Object.entries(pages)) {
        await page.goto(address);
        await lookAt(bench, page, `${name}-${look}`);
      }
    }
  },

  "on a phone the canvas is read, not changed": async (bench) => {
    const page = await open(bench, await trained(bench), { size: PHONE });
    await nodeOf(page, "Evaluate").click();
    await page.getByRole("dialog", { name: "Evaluate" }).getByRole("table").first().waitFor();
    await bench.shot(page, "canvas-phone-results");
    await bench.axe(page);
  },

  "a late change leaves earlier nodes fresh; versions bring the old settings back": async (bench) => {
    const id = await trained(bench);
    const page = await open(bench, id);
    await nodeOf(page, "Train").click();
    await page.getByRole("textbox", { name: /^Learning rate/ }).fill("0.2");
    await page.locator(".canvas-node[data-stale]").first().waitFor();
    equal(await nodeOf(page, "Split").getAttribute("data-stale"), null, "the split is not stale");
    await bench.shot(page, "canvas-stale");
    await bench.axe(page);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Versions" }).click();
    await page.getByRole("button", { name: "Restore" }).last().click();
    await until("nothing is stale", async () => (await page.locator(".canvas-node[data-stale]").count()) === 0);
  },

  "a run is cancelled": async (bench) => {
    const page = await bench.page();
    await page.goto("/workflows/?new=sample");
    await settled(page);
    await page.getByLabel("A sample").last().selectOption("ames");
    await page.getByRole("button", { name: "Create workflow" }).click();
    await page.waitForURL(/id=wf/, { timeout: 180_000 });
    await nodeOf(page, "Train").waitFor();
    await page.keyboard.press("Control+Enter");
    await page.locator('.canvas-node[data-state="running"]').first().waitFor({ timeout: 180_000 });
    await page.getByRole("button", { name: "Cancel run" }).click();
    await page.getByRole("status").filter({ hasText: "Cancelled" }).waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  },
};
