/** A frame with a title around nodes and notes; collapsed it is one card that stands for them. */
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { ChevronDown, ChevronRight } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { plural } from "@/lib/format";
import { useCanvas, useGraph } from "./context";
import { type DrawnFolded, type DrawnFrame, FOLDED_PORT } from "./flow";
import type { GroupDocument, NodeState } from "./types";
import { words } from "./words";

export const GroupFrame = memo(function GroupFrame({ data, selected }: NodeProps<DrawnFrame>) {
  return (
    <div className="canvas-frame" data-selected={selected || undefined}>
      <Head group={data.document} />
    </div>
  );
});

export const FoldedGroup = memo(function FoldedGroup({ data, selected }: NodeProps<DrawnFolded>) {
  const { states, problems } = useCanvas();
  const graph = useGraph();
  const { members } = data.document;
  const nodes = graph.nodes.filter(({ id }) => members.includes(id));
  const isWrong = nodes.some(({ id }) => problems.get(id)?.some(({ severity }) => severity === "error"));
  const worst = isWrong ? "wrong" : summary(nodes.flatMap(({ id }) => states.get(id) ?? []));
  return (
    <div className="canvas-folded" data-selected={selected || undefined} data-look={worst ?? undefined}>
      <Head group={data.document} />
      <p className="canvas-folded-foot">
        {plural(nodes.length, "node")}
        {worst && ` · ${worst === "wrong" ? words.frame.wrong : words.state[worst].toLowerCase()}`}
      </p>
      <Handle id={FOLDED_PORT} type="target" position={Position.Left} isConnectable={false} className="canvas-port" />
      <Handle id={FOLDED_PORT} type="source" position={Position.Right} isConnectable={false} className="canvas-port" />
    </div>
  );
});

/** The one word for all nodes of a group: the worst that is true of any of them. */
export function summary(states: readonly NodeState[]) {
  const has = (look: NodeState["state"]) => states.some(({ state }) => state === look);
  if (has("failed")) return "failed" as const;
  if (has("running")) return "running" as const;
  if (has("waiting")) return "waiting" as const;
  if (states.some(({ freshness }) => freshness === "stale")) return "stale" as const;
  if (states.length === 0 || states.some(({ freshness }) => freshness === "never")) return null;
  return "succeeded" as const;
}

function Head({ group }: { group: GroupDocument }) {
  const { store, readOnly, editing, onEdit } = useCanvas();
  const Icon = group.is_collapsed ? ChevronRight : ChevronDown;
  const shown = group.title || words.frame.untitled;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the frame, which has the focus, does the same
    <div className="canvas-frame-head" onDoubleClick={() => !readOnly && onEdit(group.id)}>
      {!readOnly && (
        <button
          type="button"
          className="nodrag"
          aria-expanded={!group.is_collapsed}
          aria-label={group.is_collapsed ? words.frame.unfold(shown) : words.frame.fold(shown)}
          title={group.is_collapsed ? words.frame.unfold(shown) : words.frame.fold(shown)}
          onClick={(event) => {
            event.stopPropagation();
            store.getState().setCollapsed(group.id, !group.is_collapsed);
          }}
        >
          <Icon size={16} strokeWidth={1.75} aria-hidden />
        </button>
      )}
      {editing === group.id && !readOnly ? (
        <TitleField group={group} />
      ) : (
        <span className="canvas-frame-title" data-untitled={!group.title || undefined}>
          {shown}
        </span>
      )}
    </div>
  );
}

function TitleField({ group }: { group: GroupDocument }) {
  const { store, onEdit } = useCanvas();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <input
      ref={field}
      className="canvas-frame-field nodrag nopan"
      aria-label={words.frame.label}
      placeholder={words.frame.untitled}
      maxLength={200}
      value={group.title}
      onChange={(event) => store.getState().setGroupTitle(group.id, event.target.value)}
      onBlur={() => onEdit(null)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter" || event.key === "Escape") onEdit(null, group.id);
      }}
    />
  );
}
