/** Which ports may be connected, and the sentence that says why not. */
import { connectionId, downstream } from "./graph";
import type { Card, ConnectionDocument, GraphDocument, NodeDocument, Port } from "./types";
import { words } from "./words";

export type Cards = ReadonlyMap<string, Card>;
export type Verdict = { allowed: boolean; reason: string };
export type PortRef = { node: string; port: string; side: "input" | "output" };

export const titleOf = (node: Pick<NodeDocument, "title" | "kind">, cards: Cards) =>
  node.title || cards.get(node.kind)?.title || node.kind;

export function portOf(graph: GraphDocument, cards: Cards, ref: PortRef): Port | undefined {
  const card = cards.get(graph.nodes.find((node) => node.id === ref.node)?.kind ?? "");
  return (ref.side === "input" ? card?.inputs : card?.outputs)?.find((port) => port.name === ref.port);
}

/** Whether the connection may be made; the reason says why not, or what making it does. */
export function judge(graph: GraphDocument, cards: Cards, wanted: ConnectionDocument): Verdict {
  const find = (id: string) => graph.nodes.find((node) => node.id === id);
  const [from, to] = [find(wanted.from_node), find(wanted.to_node)];
  if (!from || !to) return no(words.refuse.sameSide);
  if (from.id === to.id) return no(words.refuse.itself);
  const output = portOf(graph, cards, { node: from.id, port: wanted.from_port, side: "output" });
  const input = portOf(graph, cards, { node: to.id, port: wanted.to_port, side: "input" });
  if (!output || !input) {
    const stranger = [from, to].find((node) => !cards.has(node.kind));
    return no(stranger ? words.refuse.unknown(stranger.kind) : words.refuse.sameSide);
  }
  const [fromTitle, toTitle] = [titleOf(from, cards), titleOf(to, cards)];
  if (output.shape !== input.shape) return no(words.refuse.shape(fromTitle, output.shape, toTitle, input.shape));
  if (graph.connections.some((c) => connectionId(c) === connectionId(wanted))) return no(words.refuse.twice);
  if (downstream(graph, to.id).has(from.id)) return no(words.refuse.cycle(fromTitle, toTitle));
  return { allowed: true, reason: whatItDoes(graph, cards, wanted, input) };
}

/** The verdict for dropping the connection that is being dragged from `start` onto `end`. */
export function judgeDrop(graph: GraphDocument, cards: Cards, start: PortRef, end: PortRef): Verdict {
  if (start.side === end.side) return no(start.node === end.node ? words.refuse.itself : words.refuse.sameSide);
  const [from, to] = start.side === "output" ? [start, end] : [end, start];
  return judge(graph, cards, {
    from_node: from.node,
    from_port: from.port,
    to_node: to.node,
    to_port: to.port,
  });
}

export type Choice = Verdict & {
  connection: ConnectionDocument;
  other: string;
  label: string;
  direction: "to" | "from";
};

/** Every connection that could start or end at the node: what the keyboard list offers, allowed ones first. */
export function choices(graph: GraphDocument, cards: Cards, id: string): Choice[] {
  const node = graph.nodes.find((n) => n.id === id);
  if (!node) return [];
  const all = graph.nodes
    .filter((other) => other.id !== id)
    .flatMap((other) => [...pairs(cards, node, other, "to"), ...pairs(cards, other, node, "from")]);
  return all
    .map((pair) => ({ ...pair, ...judge(graph, cards, pair.connection) }))
    .sort((a, b) => Number(b.allowed) - Number(a.allowed) || a.direction.localeCompare(b.direction) * -1);
}

function pairs(cards: Cards, from: NodeDocument, to: NodeDocument, direction: "to" | "from") {
  const other = direction === "to" ? to : from;
  return (cards.get(from.kind)?.outputs ?? []).flatMap((output) =>
    (cards.get(to.kind)?.inputs ?? []).map((input) => ({
      direction,
      other: other.id,
      label: portLabel(cards, other, direction === "to" ? "inputs" : "outputs", direction === "to" ? input : output),
      connection: { from_node: from.id, from_port: output.name, to_node: to.id, to_port: input.name },
    })),
  );
}

/** The port is named only where the node has several to choose from. */
function portLabel(cards: Cards, node: NodeDocument, side: "inputs" | "outputs", port: Port): string {
  const title = titleOf(node, cards);
  return (cards.get(node.kind)?.[side].length ?? 0) > 1 ? `${title} · ${port.label}` : title;
}

function whatItDoes(graph: GraphDocument, cards: Cards, wanted: ConnectionDocument, input: Port): string {
  const present = graph.connections.find((c) => c.to_node === wanted.to_node && c.to_port === wanted.to_port);
  const feeder = present && graph.nodes.find((node) => node.id === present.from_node);
  return feeder ? words.replaces(titleOf(feeder, cards)) : words.accepts(input.shape);
}

const no = (reason: string): Verdict => ({ allowed: false, reason });
