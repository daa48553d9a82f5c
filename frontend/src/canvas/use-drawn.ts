/** Everything on the canvas as it is drawn, with the words that a screen reader says of it. */
import { useMemo } from "react";
import { useCanvas, useCanvasState, useGraph } from "./context";
import { type DrawnNode, drawnConnections, drawnNodes } from "./flow";
import { titleOf } from "./ports";
import { sizeOf, spoken } from "./surroundings";
import type { ConnectionDocument } from "./types";
import { words } from "./words";

export function useDrawn() {
  const { cards, states, problems } = useCanvas();
  const graph = useGraph();
  const selectedNodes = useCanvasState((state) => state.selectedNodes);
  const selectedConnections = useCanvasState((state) => state.selectedConnections);
  const measured = useCanvasState((state) => state.measured);

  const nodes = useMemo(() => {
    const name = ({ type, id, data }: DrawnNode): string => {
      if (type === "note") return words.note.name(data.document.text);
      if (type === "card") return `${titleOf(data.document, cards)}${spoken(states.get(id), problems.get(id) ?? [])}`;
      return words.frame.name(data.document.title, data.document.members.length, data.document.is_collapsed);
    };
    return drawnNodes(graph, { selectedNodes, measured }).map((node) => ({ ...node, ariaLabel: name(node) }));
  }, [graph, selectedNodes, measured, cards, states, problems]);

  const connections = useMemo(() => {
    const title = (id: string) => {
      const node = graph.nodes.find((each) => each.id === id);
      return node ? titleOf(node, cards) : id;
    };
    const flow = (c: ConnectionDocument) => {
      const from = states.get(c.from_node);
      const isDone = from?.state === "succeeded" || from?.state === "cached";
      const kind = graph.nodes.find((each) => each.id === c.from_node)?.kind ?? "";
      const isTable = cards.get(kind)?.outputs.find((port) => port.name === c.from_port)?.shape === "table";
      return { size: from && isDone && isTable ? sizeOf(from) : null, seconds: isDone ? (from.seconds ?? null) : null };
    };
    const label = (c: ConnectionDocument) => {
      const { size } = flow(c);
      return `${title(c.from_node)} → ${title(c.to_node)}${size ? `, ${size}` : ""}`;
    };
    const busy = new Set([...states].filter(([, state]) => state.state === "running").map(([id]) => id));
    return drawnConnections(graph, { selected: selectedConnections, label, flow, busy });
  }, [graph, selectedConnections, cards, states]);

  return { nodes, connections };
}
