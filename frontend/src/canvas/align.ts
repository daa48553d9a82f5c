/** Lining up what is selected, and even distances. A selected frame moves as one, with what is in it. */
import { meant } from "./annotations";
import { rectangleOf, type Sizes } from "./rectangles";
import type { GraphDocument, Position, Rectangle } from "./types";

export const ALIGNMENTS = ["left", "centre", "right", "top", "middle", "bottom", "across", "down"] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

type Unit = { members: readonly string[]; box: Rectangle };

/** How many things have to be selected before an alignment means anything. */
export const needed = (how: Alignment) => (how === "across" || how === "down" ? 3 : 2);

/** New positions for the nodes and notes that have to move. */
export function align(
  graph: GraphDocument,
  sizes: Sizes,
  items: ReadonlySet<string>,
  how: Alignment,
): Map<string, Position> {
  const units = unitsOf(graph, sizes, items);
  if (units.length < needed(how)) return new Map();
  const places = how === "across" || how === "down" ? spread(units, how) : lined(units, how);
  const moved = new Map<string, Position>();
  units.forEach((unit, index) => {
    const to = places[index] ?? unit.box;
    const [dx, dy] = [Math.round(to.x - unit.box.x), Math.round(to.y - unit.box.y)];
    for (const id of unit.members) {
      const at = rectangleOf(graph, sizes, id);
      if (at) moved.set(id, { x: at.x + dx, y: at.y + dy });
    }
  });
  return moved;
}

function unitsOf(graph: GraphDocument, sizes: Sizes, items: ReadonlySet<string>): Unit[] {
  const frames = graph.groups.filter((group) => items.has(group.id));
  const framed = new Set(frames.flatMap((group) => group.members));
  const single = [...meant(graph, items)].filter((id) => !framed.has(id)).map((id) => ({ id, members: [id] }));
  return [...frames, ...single].flatMap(({ id, members }) => {
    const box = rectangleOf(graph, sizes, id);
    return box ? [{ members, box }] : [];
  });
}

function lined(units: readonly Unit[], how: Exclude<Alignment, "across" | "down">): Position[] {
  const boxes = units.map(({ box }) => box);
  const left = Math.min(...boxes.map((box) => box.x));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const top = Math.min(...boxes.map((box) => box.y));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const to: Record<typeof how, (box: Rectangle) => Position> = {
    left: (box) => ({ x: left, y: box.y }),
    right: (box) => ({ x: right - box.width, y: box.y }),
    centre: (box) => ({ x: (left + right - box.width) / 2, y: box.y }),
    top: (box) => ({ x: box.x, y: top }),
    bottom: (box) => ({ x: box.x, y: bottom - box.height }),
    middle: (box) => ({ x: box.x, y: (top + bottom - box.height) / 2 }),
  };
  return boxes.map(to[how]);
}

/** The same gap between neighbours; the first and the last stay. */
function spread(units: readonly Unit[], how: "across" | "down"): Position[] {
  const [axis, length] = how === "across" ? (["x", "width"] as const) : (["y", "height"] as const);
  const order = units.map((_, index) => index).sort((a, b) => start(units, a, axis) - start(units, b, axis));
  const boxes = order.map((index) => (units[index] as Unit).box);
  const [first, last] = [boxes[0], boxes.at(-1)] as [Rectangle, Rectangle];
  const room = last[axis] + last[length] - first[axis];
  const gap = (room - boxes.reduce((sum, box) => sum + box[length], 0)) / (boxes.length - 1);
  const places = units.map(({ box }): Position => ({ x: box.x, y: box.y }));
  let at = first[axis];
  order.forEach((index, nth) => {
    places[index] = { ...(places[index] as Position), [axis]: at };
    at += (boxes[nth] as Rectangle)[length] + gap;
  });
  return places;
}

const start = (units: readonly Unit[], index: number, axis: "x" | "y") => (units[index] as Unit).box[axis];
