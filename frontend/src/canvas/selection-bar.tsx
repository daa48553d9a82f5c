/** What can be done with several things at once, or with a group: for the pointer what the keys do. */
import { Panel } from "@xyflow/react";
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceBetween,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceBetween,
  Copy,
  Group,
  type LucideIcon,
  Trash2,
  Ungroup,
} from "lucide-react";
import { ALIGNMENTS, type Alignment, needed } from "./align";
import { useCanvas, useCanvasState, useGraph } from "./context";
import { Control } from "./controls";
import type { KeyAction } from "./keys";
import { words } from "./words";

const ICONS: Record<Alignment, LucideIcon> = {
  left: AlignStartVertical,
  centre: AlignCenterVertical,
  right: AlignEndVertical,
  top: AlignStartHorizontal,
  middle: AlignCenterHorizontal,
  bottom: AlignEndHorizontal,
  across: AlignHorizontalSpaceBetween,
  down: AlignVerticalSpaceBetween,
};

export function SelectionBar({ act }: { act: (action: KeyAction) => void }) {
  const { store, readOnly } = useCanvas();
  const graph = useGraph();
  const selected = useCanvasState((state) => state.selectedNodes);
  const hasGroup = graph.groups.some(({ id }) => selected.has(id));
  if (readOnly || (selected.size < 2 && !hasGroup)) return null;
  return (
    <Panel position="top-center" className="canvas-controls canvas-bar">
      <span className="canvas-bar-count">{words.bar.title(selected.size)}</span>
      {ALIGNMENTS.filter((how) => selected.size >= needed(how)).map((how) => (
        <Control
          key={how}
          icon={ICONS[how]}
          label={`${words.align.group[how === "across" || how === "down" ? "space" : "line"]}: ${words.align.how[how]}`}
          onClick={() => store.getState().align(how)}
        />
      ))}
      {selected.size > 1 && <Control icon={Group} label={words.bar.group} onClick={() => act("group")} />}
      {hasGroup && <Control icon={Ungroup} label={words.bar.ungroup} onClick={() => act("ungroup")} />}
      <Control icon={Copy} label={words.bar.duplicate} onClick={() => act("duplicate")} />
      <Control icon={Trash2} label={words.bar.delete} onClick={() => act("delete")} />
    </Panel>
  );
}
