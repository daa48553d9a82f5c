// The canvas as an editor: several things at once, the system's clipboard, groups, notes, layout, all of it by keyboard.
import { equal, PHONE, settled, smallCsv, until } from "./bench.mjs";

const node = (id, kind, x, y, parameters = {}) => ({ id, kind, parameters, title: null, position: { x, y } });
const link = (from, to, port = "table") => ({ from_node: from, from_port: port, to_node: to, to_port: port });
const item = (page, id) => page.locator(`.react-flow__node[data-id="${id}"]`);
const nodeOf = (page, title) => page.locator(".canvas-node", { has: page.locator(`text="${title}"`) });
const count = (page, selector) => page.locator(selector).count();

async function make(bench, name, parts = {}) {
  const nodes = [node("a", "dataset", 0, 0), node("b", "split", 320, 48), node("c", "train", 640, 0)];
  const graph = { schema: 1, nodes, connections: [link("a", "b"), link("b", "c")], ...parts };
  return bench.api("POST", "/workflows", { name, graph });
}

async function open(bench, id, options) {
  const page = await bench.page(options);
  await page.goto(`/workflows/?id=${id}`);
  await settled(page);
  await page.locator(".react-flow__node").first().waitFor();
  return page;
}

const stored = async (bench, id) => (await bench.api("GET", `/workflows/${id}`)).graph;
const place = (graph, id) => graph.nodes.find((each) => each.id === id).position;
/** Rows that no other test has, so that no step of them is known already. */
const fresh = (bench, name) => {
  const now = Date.now();
  return bench.dataset(name, `${smallCsv()}${20 + (now % 50)},Huế,${1000 + (now % 99_991)},no\n`);
};
/** The status line says what happened, and the canvas listens to keys again. */
const away = (page) => page.mouse.move(5, 300);

export const tests = {
  "a workflow is built, moved, connected, opened and run without a mouse": async (bench) => {
    const dataset = await fresh(bench, "By keyboard alone");
    const { id } = await bench.api("POST", "/workflows", { name: "By keyboard alone" });
    const page = await bench.page();
    await page.goto(`/workflows/?id=${id}`);
    await settled(page);
    await page.getByText("Add a node: press / or double-click here.").waitFor();
    const add = async (words, title) => {
      await page.keyboard.press("/");
      await page.getByRole("combobox", { name: "Search nodes" }).fill(words);
      await page.keyboard.press("Enter");
      await nodeOf(page, title).waitFor();
    };
    await add("dataset", "Dataset");
    await page.locator(".react-flow__node").first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "Settings" }).and(page.locator(":focus")).waitFor();
    await page.getByRole("combobox", { name: /^Dataset/ }).focus();
    await page.keyboard.type("By keyboard alone");
    equal(await page.getByRole("combobox", { name: /^Dataset/ }).inputValue(), dataset.id, "the dataset");
    await page.getByRole("combobox", { name: /^Target/ }).focus();
    await page.keyboard.type("churned");
    await page.keyboard.press("Escape");
    await until("back on the node", async () =>
      page.evaluate(() => document.activeElement?.className.includes("react-flow__node")),
    );
    await add("split", "Split");
    await page.keyboard.press("c");
    await page.getByRole("dialog", { name: "Connect Split" }).waitFor();
    await page.keyboard.type("dataset");
    await page.keyboard.press("Enter");
    await until("connected", async () => (await count(page, ".react-flow__edge")) === 1);
    await page.keyboard.press("[");
    await page.getByRole("complementary", { name: "Dataset" }).waitFor();
    await page.keyboard.press("]");
    await page.getByRole("complementary", { name: "Split" }).waitFor();
    const before = await until("stored", async () => (await stored(bench, id)).nodes[1]?.position);
    await page.keyboard.press("Shift+ArrowDown");
    await until("moved", async () => (await stored(bench, id)).nodes[1].position.y === before.y + 64);
    await page.keyboard.press("r");
    await page
      .locator('.canvas-node[data-state="succeeded"], .canvas-node[data-state="cached"]')
      .nth(1)
      .waitFor({ timeout: 180_000 });
    await page.locator(".canvas-flow").filter({ hasText: "121 × 4" }).waitFor();
    await bench.shot(page, "canvas-by-keyboard");
    await bench.axe(page);
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    await page.locator(".react-flow__node").nth(1).focus();
    await page.keyboard.press("Shift+R");
    await until("the split was executed anew", async () => {
      const { items } = await bench.api("GET", "/runs?limit=1");
      const states = Object.fromEntries(items[0].steps.map((step) => [step.title, step.state]));
      return items[0].state === "succeeded" && states.Split === "succeeded" && states.Dataset === "cached";
    });
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    await page.locator(".react-flow__node").nth(1).focus();
    await page.keyboard.press("Delete");
    await until("deleted", async () => (await count(page, ".canvas-node")) === 1);
    await page.keyboard.press("Control+z");
    await until("back with its connection", async () => (await count(page, ".react-flow__edge")) === 1);
  },

  "copied from one workflow, pasted into another as text; what is no workflow is refused": async (bench) => {
    const note = { id: "t", text: "Why **stratified**", position: { x: 0, y: 240 }, width: 208, height: 80 };
    const groups = [{ id: "g", title: "From the data on", members: ["a", "b"], is_collapsed: false }];
    const from = await make(bench, "Copied from", { notes: [note], groups });
    const { id } = await bench.api("POST", "/workflows", { name: "Pasted into" });
    const page = await open(bench, from.id);
    await page.locator(".react-flow__pane").click({ position: { x: 400, y: 560 } });
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    await page.getByText("Copied 4 items.").waitFor({ state: "attached" });
    const text = await page.evaluate(() => navigator.clipboard.readText());
    equal(JSON.parse(text).nodes.length, 3, "nodes in the text");
    await page.goto(`/workflows/?id=${id}`);
    await settled(page);
    await page.locator(".canvas-board").waitFor();
    await page.keyboard.press("Control+v");
    await until("pasted", async () => (await count(page, ".canvas-node")) === 3);
    await page.locator(".canvas-note b").filter({ hasText: "stratified" }).waitFor();
    await page.locator(".canvas-frame-title").filter({ hasText: "From the data on" }).waitFor();
    await until("stored", async () => (await stored(bench, id)).connections.length === 2);
    const pasted = await stored(bench, id);
    equal(
      pasted.nodes.some((each) => ["a", "b", "c"].includes(each.id)),
      false,
      "old ids",
    );
    equal(pasted.groups[0].members.includes(pasted.nodes[0].id), true, "the group holds the pasted node");
    await page.evaluate(() => navigator.clipboard.writeText("just words"));
    await page.keyboard.press("Control+v");
    await page.getByRole("alert").filter({ hasText: "The clipboard holds no nodes" }).waitFor();
    await page.evaluate(() => navigator.clipboard.writeText('{"nodes": [{"id": "x", "kind": "not_here"}]}'));
    await page.keyboard.press("Control+v");
    await until("an unknown kind is pasted, with its problem", async () => (await count(page, ".canvas-node")) === 4);
    await page.locator(".canvas-node-problem").first().waitFor();
    await page.keyboard.press("Control+x");
    await until("cut", async () => (await count(page, ".canvas-node")) === 3);
    await bench.axe(page);
  },

  "a band and Shift select several; they are aligned, grouped, collapsed and laid out; undo leads back": async (
    bench,
  ) => {
    const { id } = await make(bench, "Several at once");
    const page = await open(bench, id);
    const before = await stored(bench, id);
    const [first, last] = [await item(page, "a").boundingBox(), await item(page, "c").boundingBox()];
    await page.keyboard.down("Shift");
    await page.mouse.move(first.x - 40, first.y - 60);
    await page.mouse.down();
    await page.mouse.move(last.x + last.width + 30, last.y + last.height + 100, { steps: 8 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await page.getByText("3 selected").waitFor();
    await bench.shot(page, "canvas-selected");
    await bench.axe(page);
    await page.getByRole("button", { name: "Align: Top edges" }).click();
    await until("aligned", async () => place(await stored(bench, id), "b").y === 0);
    await page.keyboard.press("Escape");
    await item(page, "a").click();
    await page.keyboard.down("Shift");
    await item(page, "b").click();
    await page.keyboard.up("Shift");
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("Control+g");
    await page.getByRole("textbox", { name: "Title of the group" }).fill("Before training");
    await page.keyboard.press("Enter");
    await until("grouped", async () => (await stored(bench, id)).groups[0]?.title === "Before training");
    await bench.shot(page, "canvas-group");
    await bench.axe(page);
    const head = await page.locator(".canvas-frame-title").boundingBox();
    await page.mouse.move(head.x + 20, head.y + 8);
    await page.mouse.down();
    await page.mouse.move(head.x + 20, head.y + 108, { steps: 5 });
    await page.mouse.up();
    await until("the group moved as one", async () => {
      const graph = await stored(bench, id);
      return place(graph, "a").y > 50 && place(graph, "a").y === place(graph, "b").y && place(graph, "c").y === 0;
    });
    await page.keyboard.press("Control+e");
    await page.locator(".canvas-folded").filter({ hasText: "2 nodes" }).waitFor();
    equal(await count(page, ".canvas-node"), 1, "nodes outside the collapsed group");
    equal(await count(page, ".react-flow__edge"), 1, "connections to the collapsed group");
    await bench.shot(page, "canvas-folded");
    await bench.axe(page);
    await page.keyboard.press("Control+e");
    await until("expanded", async () => (await count(page, ".canvas-node")) === 3);
    await page.keyboard.press("Control+Shift+G");
    await until("ungrouped", async () => (await count(page, ".canvas-frame")) === 0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("l");
    await until("laid out", async () => place(await stored(bench, id), "c").x > place(await stored(bench, id), "b").x);
    for (let i = 0; i < 12; i += 1) await page.keyboard.press("Control+z");
    await until("everything undone", async () => {
      const { nodes, connections, groups, notes } = await stored(bench, id);
      return JSON.stringify({ nodes, connections, groups, notes }) === JSON.stringify(partsOf(before));
    });
  },

  "a note is written, read as Markdown, and undone without touching what runs": async (bench) => {
    const { id } = await make(bench, "With a note");
    const page = await open(bench, id);
    await page.locator(".react-flow__pane").click({ position: { x: 400, y: 560 } });
    await away(page);
    await page.keyboard.press("n");
    await page.getByRole("textbox", { name: "Text of the note" }).waitFor();
    await page.keyboard.type("# Why\n- **robust**: outliers\n- see [docs](https://example.org)");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+Shift+z");
    await page.keyboard.press("Escape");
    await page.locator(".canvas-note li b").filter({ hasText: "robust" }).waitFor();
    equal(await page.locator(".canvas-note a").getAttribute("href"), "https://example.org", "the link");
    await until("stored", async () => (await stored(bench, id)).notes[0]?.text.startsWith("# Why"));
    await bench.shot(page, "canvas-note");
    await bench.axe(page);
    await page.keyboard.press("Delete");
    await until("deleted", async () => (await stored(bench, id)).notes.length === 0);
  },

  "a connection dropped on empty space offers what accepts it": async (bench) => {
    const { id } = await make(bench, "Dropped");
    const page = await open(bench, id);
    const port = await item(page, "c").locator(".react-flow__handle.source").boundingBox();
    await page.mouse.move(port.x + 5, port.y + 5);
    await page.mouse.down();
    await page.mouse.move(port.x + 60, port.y + 200, { steps: 6 });
    await page.mouse.up();
    await page.getByRole("dialog", { name: "Add a node" }).waitFor();
    const offered = await page.getByRole("option").allInnerTexts();
    equal(
      offered.some((text) => text.startsWith("Evaluate")),
      true,
      "Evaluate is offered",
    );
    equal(
      offered.some((text) => text.startsWith("Split")),
      false,
      "Split is offered",
    );
    await page.keyboard.type("evaluate");
    await page.keyboard.press("Enter");
    await until("added and connected", async () => (await count(page, ".react-flow__edge")) === 3);
    await page.keyboard.press("Control+z");
    await until("both undone at once", async () => (await count(page, ".canvas-node")) === 3);
    equal(await count(page, ".react-flow__edge"), 2, "connections");
  },

  "out of date: the sentence names the cause, here and before": async (bench) => {
    const dataset = await fresh(bench, "For causes");
    const nodes = [
      node("a", "dataset", 0, 0, { dataset: dataset.id, target: "churned" }),
      node("b", "split", 320, 0),
      node("c", "train", 640, 0),
    ];
    const { id } = await make(bench, "Causes", { nodes });
    const page = await open(bench, id);
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    await page.locator('.canvas-node[data-state="succeeded"]').nth(2).waitFor({ timeout: 180_000 });
    await nodeOf(page, "Split").click();
    await page.getByRole("textbox", { name: /^Test fraction/ }).fill("0.3");
    await nodeOf(page, "Split").getByText("Its parameters were changed: test fraction.").waitFor();
    await nodeOf(page, "Train").getByText("Split, before it, changed").waitFor();
    equal(await nodeOf(page, "Dataset").getAttribute("data-stale"), null, "the dataset is not out of date");
    await bench.shot(page, "canvas-causes");
    await bench.axe(page);
  },

  "the leaderboard grows while it is tuned, and stopping keeps the best": async (bench) => {
    const dataset = await fresh(bench, "For the leaderboard");
    const nodes = [
      node("a", "dataset", 0, 0, { dataset: dataset.id, target: "churned" }),
      node("b", "split", 320, 0),
      node("c", "tune", 640, 0, { n_trials: 500 }),
    ];
    const { id } = await make(bench, "Leaderboard", { nodes });
    const page = await open(bench, id);
    await page.keyboard.press("Control+Enter");
    const board = page.getByRole("region", { name: "Leaderboard" });
    await board.getByRole("row").nth(2).waitFor({ timeout: 180_000 });
    const stop = page.getByRole("button", { name: "Stop now, keep the best" });
    await stop.waitFor({ timeout: 180_000 });
    await bench.shot(page, "canvas-leaderboard");
    await bench.axe(page);
    await stop.click();
    await page.getByRole("button", { name: "Run", exact: true }).waitFor({ timeout: 180_000 });
    await page.locator('.react-flow__node[data-id="c"] .canvas-node[data-state="succeeded"]').waitFor();
    // What was pruned stands behind what was scored whole.
    const whole = board.locator("tbody tr").filter({ hasText: "Done" });
    const scores = await whole.locator("td:nth-child(3)").allInnerTexts();
    const known = scores.map(Number).filter((score) => Number.isFinite(score));
    equal(known.join(), [...known].sort((x, y) => y - x).join(), "scores, best first");
  },

  "a run that failed is retried from there: what was done is reused": async (bench) => {
    const dataset = await fresh(bench, "For a retry");
    const nodes = [
      node("a", "dataset", 0, 0, { dataset: dataset.id, target: "churned" }),
      node("b", "convert_types", 320, 0, { columns: ["city"], to: "number", unreadable: "error" }),
      node("c", "split", 640, 0),
    ];
    const { id } = await make(bench, "Retried", { nodes });
    const page = await open(bench, id);
    await page.keyboard.press("Control+Enter");
    await page.locator('.canvas-node[data-state="failed"]').waitFor({ timeout: 180_000 });
    await bench.shot(page, "canvas-failed");
    await bench.axe(page);
    await nodeOf(page, "Convert types").click();
    await page.locator('[data-field="unreadable"] select').selectOption("missing");
    await nodeOf(page, "Convert types").getByText("Since then: Its parameters were changed: unreadable.").waitFor();
    await page.getByRole("button", { name: "Retry" }).click();
    await page.locator('.canvas-node[data-state="succeeded"]').nth(1).waitFor({ timeout: 180_000 });
    await nodeOf(page, "Dataset").getByText("Reused").waitFor();
  },

  "on a phone groups and notes are read, and nothing can be changed": async (bench) => {
    const notes = [{ id: "t", text: "Read me", position: { x: 0, y: 160 }, width: 208, height: 80 }];
    const groups = [{ id: "g", title: "Data", members: ["a", "t"], is_collapsed: false }];
    const { id } = await make(bench, "On a phone", { notes, groups });
    const page = await open(bench, id, { size: PHONE });
    await page.locator(".canvas-note").filter({ hasText: "Read me" }).waitFor();
    await page.locator(".canvas-frame-title").filter({ hasText: "Data" }).waitFor();
    equal(await page.getByRole("button", { name: /^Collapse/ }).count(), 0, "buttons that collapse");
    await page.locator(".canvas-note").dblclick();
    await page.keyboard.press("Delete");
    equal((await stored(bench, id)).notes.length, 1, "notes");
    await bench.shot(page, "canvas-phone-notes");
    await bench.axe(page);
    await bench.requireNoSideways(page);
  },
};

const partsOf = ({ nodes, connections, groups, notes }) => ({ nodes, connections, groups, notes });
