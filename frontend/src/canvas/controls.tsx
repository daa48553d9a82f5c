/** The small buttons on the canvas: what the keys do, for the pointer. */
import { Panel } from "@xyflow/react";
import {
  Keyboard,
  LayoutGrid,
  type LucideIcon,
  Maximize,
  Plus,
  Redo2,
  StickyNote,
  Undo2,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import { useCanvas, useCanvasState } from "./context";
import type { KeyAction } from "./keys";
import { words } from "./words";

export function CanvasControls({ act }: { act: (action: KeyAction) => void }) {
  const { readOnly } = useCanvas();
  const canUndo = useCanvasState((state) => state.history.past.length > 0);
  const canRedo = useCanvasState((state) => state.history.future.length > 0);
  return (
    <Panel position="bottom-left" className="canvas-controls">
      {!readOnly && (
        <>
          <Control icon={Plus} label={words.controls.add} onClick={() => act("search")} />
          <Control icon={StickyNote} label={words.note.add} onClick={() => act("note")} />
          <Control icon={Undo2} label={words.controls.undo} disabled={!canUndo} onClick={() => act("undo")} />
          <Control icon={Redo2} label={words.controls.redo} disabled={!canRedo} onClick={() => act("redo")} />
          <Control icon={LayoutGrid} label={words.controls.arrange} onClick={() => act("arrange")} />
        </>
      )}
      <Control icon={ZoomOut} label={words.controls.zoomOut} onClick={() => act("zoomOut")} />
      <Control icon={ZoomIn} label={words.controls.zoomIn} onClick={() => act("zoomIn")} />
      <Control icon={Maximize} label={words.controls.fit} onClick={() => act("fit")} />
      {!readOnly && <Control icon={Keyboard} label={words.controls.keys} onClick={() => act("keys")} />}
    </Panel>
  );
}

type ControlProps = { icon: LucideIcon; label: string; disabled?: boolean; onClick: () => void };

export function Control({ icon: Icon, label, disabled, onClick }: ControlProps) {
  return (
    <button type="button" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      <Icon size={16} strokeWidth={1.75} aria-hidden />
    </button>
  );
}
