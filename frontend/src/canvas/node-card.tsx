/** A node: what it does, its most telling parameters, how its last execution went, and what is wrong with it. */
import type { NodeProps } from "@xyflow/react";
import {
  Check,
  CircleDashed,
  Clock,
  History,
  LoaderCircle,
  type LucideIcon,
  RotateCcw,
  TriangleAlert,
  X,
} from "lucide-react";
import { memo } from "react";
import { formatSeconds } from "@/lib/format";
import { useCanvas, useCanvasState } from "./context";
import type { DrawnCard } from "./flow";
import { CardIcon } from "./icons";
import { PortHandle } from "./port-handle";
import { titleOf } from "./ports";
import { graphOf } from "./store";
import { sizeOf } from "./surroundings";
import { tellingLine } from "./telling";
import type { Finding, NodeState } from "./types";
import { words } from "./words";

/** States that say more than that a result is out of date. */
const SPEAKS_FOR_ITSELF: ReadonlySet<NodeState["state"]> = new Set(["running", "waiting", "failed"] as const);
const HEAD_MIDDLE = 18;
const PORT_STEP = 24;

export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<DrawnCard>) {
  const { cards, states, problems, names } = useCanvas();
  const connected = useCanvasState((state) =>
    graphOf(state)
      .connections.filter((c) => c.from_node === id || c.to_node === id)
      .map((c) => (c.from_node === id ? `o ${c.from_port}` : `i ${c.to_port}`))
      .join(),
  ).split(",");
  const node = data.document;
  const card = cards.get(node.kind);
  const state = states.get(id);
  const wrong = problems.get(id) ?? [];
  const errors = wrong.filter((problem) => problem.severity === "error");
  const stale = state?.freshness === "stale" && !SPEAKS_FOR_ITSELF.has(state.state);
  return (
    <div
      className="canvas-node"
      data-group={card?.group ?? "unknown"}
      data-selected={selected || undefined}
      data-stale={stale || undefined}
      data-state={state?.state ?? "never"}
    >
      <div className="canvas-node-head">
        <CardIcon name={card?.icon ?? "box"} />
        <span className="canvas-node-title">{titleOf(node, cards)}</span>
        {wrong.length > 0 && (
          <span className="canvas-node-dot" data-severity={errors.length ? "error" : "warning"} aria-hidden />
        )}
      </div>
      <div className="canvas-node-line">{(card && tellingLine(card, node, names)) || " "}</div>
      {wrong[0] && (
        <div
          className="canvas-node-problem"
          data-severity={(errors[0] ?? wrong[0]).severity}
          title={(errors[0] ?? wrong[0]).message}
        >
          <span>{(errors[0] ?? wrong[0]).message}</span>
        </div>
      )}
      {!wrong[0] && state && <Findings findings={state.findings} />}
      <Foot state={state} stale={stale} />
      {card?.inputs.map((port, index) => (
        <PortHandle
          key={port.name}
          node={id}
          port={port}
          side="input"
          top={HEAD_MIDDLE + index * PORT_STEP}
          isConnected={connected.includes(`i ${port.name}`)}
        />
      ))}
      {card?.outputs.map((port, index) => (
        <PortHandle
          key={port.name}
          node={id}
          port={port}
          side="output"
          top={HEAD_MIDDLE + index * PORT_STEP}
          isConnected={connected.includes(`o ${port.name}`)}
        />
      ))}
    </div>
  );
});

const LOOKS: Record<string, LucideIcon> = {
  waiting: Clock,
  running: LoaderCircle,
  succeeded: Check,
  cached: RotateCcw,
  failed: X,
  cancelled: X,
  skipped: CircleDashed,
  never: CircleDashed,
  stale: History,
};

/** What the node found in the data, when a reader of its results must know it. */
function Findings({ findings }: { findings: readonly Finding[] }) {
  const serious = findings.filter(({ severity }) => severity !== "info");
  const worst = serious.find(({ severity }) => severity === "error") ?? serious[0];
  if (!worst) return null;
  return (
    <div className="canvas-node-problem" data-severity="warning" title={serious.map((f) => f.message).join("\n")}>
      <TriangleAlert size={12} aria-hidden />
      <span>{worst.message}</span>
      {serious.length > 1 && <em>{words.finding(serious.length - 1)}</em>}
    </div>
  );
}

function Foot({ state, stale }: { state: NodeState | undefined; stale: boolean }) {
  if (!state) return <div className="canvas-node-foot"> </div>;
  const look = stale ? "stale" : (state.state ?? "never");
  const Icon = LOOKS[look] ?? CircleDashed;
  const size = sizeOf(state);
  const isTimed = state.seconds != null && (look === "succeeded" || look === "failed");
  return (
    <div className="canvas-node-foot" data-look={look} title={state.reason ?? undefined}>
      <Icon size={12} aria-hidden className={look === "running" ? "canvas-spin" : undefined} />
      <span>{words.state[look]}</span>
      {isTimed && <span>{formatSeconds(state.seconds)}</span>}
      {size && <span className="canvas-node-size">{size}</span>}
      {(look === "stale" || look === "failed") && state.reason && (
        <span className="canvas-node-reason">{state.reason}</span>
      )}
    </div>
  );
}
