/** Everything on the canvas as it is drawn, with the words that a screen reader says of it. */
import { useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import { useCanvas, useCanvasState, useGraph } from "./context";
import { type DrawnNode, drawnConnections, drawnNodes, unchanged } from "./flow";
import { titleOf } from "./ports";
import { graphOf } from "./store";
import { sizeOf, spoken } from "./surroundings";
import type { ConnectionDocument, NodeDocument } from "./types";
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
    return drawnNodes(graph, { selectedNodes, measured }).map((node) => unchanged({ ...node, ariaLabel: name(node) }));
  }, [graph, selectedNodes, measured, cards, states, problems]);

  // What connections need to know of nodes; where those stand is no part of it, so that a drag leaves them alone.
  const named = useCanvasState(useShallow((state) => graphOf(state).nodes.map(nameOf)));
  const { connections: joined, groups } = graph;
  const connections = useMemo(() => {
    const nodes = new Map(named.map((text) => fromName(text)));
    const title = (id: string) => {
      const node = nodes.get(id);
      return node ? titleOf(node, cards) : id;
    };
    const flow = (c: ConnectionDocument) => {
      const from = states.get(c.from_node);
      const isDone = from?.state === "succeeded" || from?.state === "cached";
      const card = cards.get(nodes.get(c.from_node)?.kind ?? "");
      const isTable = card?.outputs.find((port) => port.name === c.from_port)?.shape === "table";
      return { size: from && isDone && isTable ? sizeOf(from) : null, seconds: isDone ? (from.seconds ?? null) : null };
    };
    const label = (c: ConnectionDocument) => {
      const { size } = flow(c);
      return `${title(c.from_node)} → ${title(c.to_node)}${size ? `, ${size}` : ""}`;
    };
    const busy = new Set([...states].filter(([, state]) => state.state === "running").map(([id]) => id));
    return drawnConnections({ connections: joined, groups }, { selected: selectedConnections, label, flow, busy });
  }, [named, joined, groups, selectedConnections, cards, states]);

  return { nodes, connections };
}

type Named = Pick<NodeDocument, "id" | "kind" | "title">;

const nameOf = ({ id, kind, title }: NodeDocument) => JSON.stringify({ id, kind, title });

function fromName(text: string): [string, Named] {
  const named: Named = JSON.parse(text);
  return [named.id, named];
}
