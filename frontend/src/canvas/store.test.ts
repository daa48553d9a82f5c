import { beforeEach, describe, expect, it } from "vitest";
import { cardOf, graph, join } from "./fixtures";
import { type CanvasStore, createCanvasStore, graphOf } from "./store";

let clock = 0;
let store: CanvasStore;
const now = () => graphOf(store.getState());

beforeEach(() => {
  clock = 0;
  store = createCanvasStore(graph, () => clock);
});

describe("undo and redo", () => {
  it("goes back to the very same document, and forward again", () => {
    store.getState().connect(join("d", "c"));
    const after = now();
    store.getState().undo();
    expect(now()).toBe(graph);
    store.getState().redo();
    expect(now()).toBe(after);
  });

  it("takes typing in one node as one step, until a pause", () => {
    store.getState().setParameters("s", { seed: 1 });
    clock = 500;
    store.getState().setParameters("s", { seed: 12 });
    clock = 5000;
    store.getState().setParameters("s", { seed: 123 });
    store.getState().undo();
    expect(now().nodes[1]?.parameters).toEqual({ seed: 12 });
    store.getState().undo();
    expect(now()).toBe(graph);
  });

  it("takes a drag as one step and the next drag as another", () => {
    store.getState().move(new Map([["s", { x: 16, y: 0 }]]));
    store.getState().move(new Map([["s", { x: 32, y: 0 }]]));
    store.getState().drop(["s"]);
    store.getState().move(new Map([["s", { x: 48, y: 0 }]]));
    store.getState().undo();
    expect(now().nodes[1]?.position.x).toBe(32);
    store.getState().undo();
    expect(now()).toBe(graph);
  });

  it("forgets what was undone once something new is done", () => {
    store.getState().nudge(1, 0);
    store.getState().connect(join("d", "c"));
    store.getState().undo();
    store.getState().connect(join("d", "t"));
    const kept = now();
    store.getState().redo();
    expect(now()).toBe(kept);
  });

  it("deselects nodes that an undo takes away", () => {
    const id = store.getState().add(cardOf("split"), { x: 0, y: 0 });
    expect(store.getState().selectedNodes.has(id)).toBe(true);
    store.getState().undo();
    expect(store.getState().selectedNodes.size).toBe(0);
  });

  it("brings back my document after loading another over it", () => {
    store.getState().nudge(1, 0);
    const mine = now();
    store.getState().replace({ ...graph, nodes: [] });
    store.getState().undo();
    expect(now()).toBe(mine);
  });
});

describe("groups", () => {
  it("moves with what is in it, and one undo takes a drop into a frame back with the drag", () => {
    const apart = { ...graph, nodes: graph.nodes.map((each, n) => ({ ...each, position: { x: n * 320, y: 0 } })) };
    store = createCanvasStore(apart, () => clock);
    store.getState().select(["s", "c"]);
    const id = store.getState().group("Prepare") as string;
    expect(now().groups).toEqual([{ id, title: "Prepare", members: ["s", "c"], is_collapsed: false }]);
    store.getState().select([id]);
    store.getState().nudge(0, 1);
    expect(now().nodes.map((each) => each.position.y)).toEqual([0, 16, 16, 0, 0]);
    store.getState().move(new Map([["e", { x: 480, y: 16 }]]));
    store.getState().drop(["e"]);
    expect(now().groups[0]?.members).toEqual(["s", "c", "e"]);
    store.getState().undo();
    expect(now().groups[0]?.members).toEqual(["s", "c"]);
    expect(now().nodes.at(-1)?.position).toEqual({ x: 1280, y: 0 });
  });

  it("takes a node out, and the frame away without what is in it", () => {
    store.getState().select(["s", "c"]);
    const id = store.getState().group("") as string;
    store.getState().select(["c"]);
    store.getState().ungroup();
    expect(now().groups[0]?.members).toEqual(["s"]);
    store.getState().select([id]);
    store.getState().removeSelected();
    expect(now().groups).toEqual([]);
    expect(now().nodes).toHaveLength(5);
  });

  it("is cut with what is in it", () => {
    store.getState().select(["s", "c"]);
    const id = store.getState().group("Both") as string;
    store.getState().select([id]);
    const fragment = store.getState().cut();
    expect(fragment?.groups[0]?.title).toBe("Both");
    expect(now().nodes.map((each) => each.id)).toEqual(["d", "t", "e"]);
  });
});

describe("clipboard and selection", () => {
  it("duplicates twice without two nodes on top of each other", () => {
    store.getState().select(["s"]);
    store.getState().duplicate();
    store.getState().duplicate();
    const splits = now().nodes.filter((node) => node.kind === "split");
    expect(splits.map((node) => node.position.x)).toEqual([0, 32, 64]);
  });

  it("deletes the selection with its connections and says how much", () => {
    store.getState().select(["s", "c"]);
    expect(store.getState().removeSelected()).toBe(2);
    expect(now().connections).toEqual([join("t", "e", "model")]);
    expect(store.getState().removeSelected()).toBe(0);
  });

  it("moves the selection by grid steps", () => {
    store.getState().select(["s"]);
    store.getState().nudge(0, 4);
    expect(now().nodes[1]?.position).toEqual({ x: 0, y: 64 });
  });

  it("arranges along the connections, left to right", () => {
    store.getState().arrange();
    const x = now().nodes.map((node) => node.position.x);
    expect(x).toEqual([...x].sort((a, b) => a - b));
    expect(new Set(x).size).toBe(5);
  });
});
