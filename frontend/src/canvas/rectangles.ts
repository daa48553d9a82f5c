/** Where things on the canvas stand and how large they are. */
import type { GraphDocument, GroupDocument, Rectangle, Size } from "./types";
import { GRID, NODE_WIDTH } from "./types";

export type Sizes = Readonly<Record<string, Size>>;

/** Until a node is drawn its height is guessed. */
const GUESSED_HEIGHT = 96;
const FRAME_PADDING = GRID;
export const FRAME_HEAD = 2 * GRID;
/** What a collapsed group takes. */
export const COLLAPSED: Size = { width: NODE_WIDTH, height: 64 };

/** The rectangle of a node, a note, or a group's frame; undefined when there is no such thing. */
export function rectangleOf(graph: GraphDocument, sizes: Sizes, id: string): Rectangle | undefined {
  const node = graph.nodes.find((each) => each.id === id);
  if (node) return { ...corner(node.position), width: NODE_WIDTH, height: sizes[id]?.height ?? GUESSED_HEIGHT };
  const note = graph.notes.find((each) => each.id === id);
  if (note) return { ...corner(note.position), width: note.width, height: note.height };
  const group = graph.groups.find((each) => each.id === id);
  return group && frameOf(graph, sizes, group);
}

/** The frame of a group: around its members, or a card in their upper left corner when collapsed. */
export function frameOf(
  graph: GraphDocument,
  sizes: Sizes,
  group: Pick<GroupDocument, "members" | "is_collapsed">,
): Rectangle | undefined {
  const inside = group.members.map((id) => rectangleOf(graph, sizes, id)).filter((each) => each !== undefined);
  const around = union(inside);
  if (!around) return undefined;
  const at = { x: around.x - FRAME_PADDING, y: around.y - FRAME_PADDING - FRAME_HEAD };
  if (group.is_collapsed) return { ...at, ...COLLAPSED };
  return {
    ...at,
    width: around.width + 2 * FRAME_PADDING,
    height: around.height + 2 * FRAME_PADDING + FRAME_HEAD,
  };
}

export function union(rectangles: readonly Rectangle[]): Rectangle | undefined {
  if (rectangles.length === 0) return undefined;
  const x = Math.min(...rectangles.map((each) => each.x));
  const y = Math.min(...rectangles.map((each) => each.y));
  return {
    x,
    y,
    width: Math.max(...rectangles.map((each) => each.x + each.width)) - x,
    height: Math.max(...rectangles.map((each) => each.y + each.height)) - y,
  };
}

export const middleOf = ({ x, y, width, height }: Rectangle) => ({ x: x + width / 2, y: y + height / 2 });

export const contains = (outer: Rectangle, { x, y }: { x: number; y: number }) =>
  x >= outer.x && x <= outer.x + outer.width && y >= outer.y && y <= outer.y + outer.height;

const corner = ({ x, y }: { x: number; y: number }) => ({ x, y });
