/** A note on the canvas: read as a little Markdown, written as text. */
import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import { Markdown } from "@/ui/markdown";
import { MAX_NOTE_LENGTH } from "./annotations";
import { useCanvas } from "./context";
import type { DrawnNote } from "./flow";
import { words } from "./words";

export const NoteCard = memo(function NoteCard({ id, data, selected }: NodeProps<DrawnNote>) {
  const { readOnly, editing, onEdit } = useCanvas();
  const { text } = data.document;
  const isEditing = editing === id && !readOnly;
  return (
    <>
      <NodeResizer isVisible={selected && !readOnly} minWidth={96} minHeight={48} maxWidth={2000} maxHeight={2000} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Enter on the note, which has the focus, does the same */}
      <div className="canvas-note" data-selected={selected || undefined} onDoubleClick={() => !readOnly && onEdit(id)}>
        {isEditing ? (
          <NoteText id={id} text={text} />
        ) : text ? (
          <Markdown text={text} />
        ) : (
          <p className="canvas-note-empty">{words.note.empty}</p>
        )}
      </div>
    </>
  );
});

function NoteText({ id, text }: { id: string; text: string }) {
  const { store, onEdit } = useCanvas();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const area = field.current;
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);
  return (
    <textarea
      ref={field}
      className="nodrag nopan nowheel"
      aria-label={words.note.label}
      placeholder={words.note.placeholder}
      maxLength={MAX_NOTE_LENGTH}
      value={text}
      onChange={(event) => store.getState().changeNote(id, { text: event.target.value })}
      onBlur={() => onEdit(null)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
        event.preventDefault();
        onEdit(null, id);
      }}
    />
  );
}
