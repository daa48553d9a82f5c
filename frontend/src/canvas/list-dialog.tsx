/** A dialog with one search field and one list: arrows move, Enter takes, Escape leaves. */
import { Dialog } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from "react";

export type ListItem = {
  id: string;
  label: string;
  hint: string;
  group: string;
  icon?: ReactNode;
  disabled?: boolean;
};

type Props = {
  title: string;
  placeholder: string;
  empty: (query: string) => string;
  items: readonly ListItem[];
  onPick: (id: string) => void;
  onClose: () => void;
};

export function ListDialog({ title, placeholder, empty, items, onPick, onClose }: Props) {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const shown = useMemo(() => matching(items, query), [items, query]);
  const current = shown[Math.min(active, shown.length - 1)];
  const take = (item: ListItem | undefined) => {
    if (!item || item.disabled) return;
    onClose();
    onPick(item.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setActive((at) => (Math.min(at, shown.length - 1) + step + shown.length) % Math.max(shown.length, 1));
    else if (event.key === "Enter") take(current);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="canvas-overlay" />
        <Dialog.Content className="canvas-dialog" aria-describedby={undefined}>
          <Dialog.Title className="canvas-dialog-title">{title}</Dialog.Title>
          <input
            className="canvas-dialog-input"
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={current && `${listId}-${current.id}`}
            aria-label={placeholder}
            placeholder={placeholder}
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
          />
          {shown.length === 0 && <p className="canvas-dialog-empty">{empty(query)}</p>}
          <div id={listId} role="listbox" aria-label={title} className="canvas-dialog-list" tabIndex={-1}>
            {shown.map((item, index) => (
              <Option
                key={item.id}
                id={`${listId}-${item.id}`}
                item={item}
                isActive={item === current}
                heading={shown[index - 1]?.group === item.group ? null : item.group}
                onPick={() => take(item)}
                onHover={() => setActive(index)}
              />
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type OptionProps = {
  id: string;
  item: ListItem;
  isActive: boolean;
  heading: string | null;
  onPick: () => void;
  onHover: () => void;
};

function Option({ id, item, isActive, heading, onPick, onHover }: OptionProps) {
  return (
    <>
      {heading && (
        <div role="presentation" className="canvas-dialog-group">
          {heading}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the focus and handles the keys */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={isActive}
        aria-disabled={item.disabled || undefined}
        className="canvas-dialog-option"
        ref={(element) => {
          if (isActive) element?.scrollIntoView?.({ block: "nearest" });
        }}
        onClick={onPick}
        onMouseMove={onHover}
      >
        {item.icon}
        <span className="canvas-dialog-label">{item.label}</span>
        <span className="canvas-dialog-hint">{item.hint}</span>
      </div>
    </>
  );
}

/** Every word of the query somewhere in label, hint or group; labels that start with it first. */
function matching(items: readonly ListItem[], query: string): ListItem[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (item: ListItem) => `${item.label} ${item.hint} ${item.group}`.toLowerCase();
  const found = items.filter((item) => wanted.every((word) => text(item).includes(word)));
  if (!wanted.length) return found;
  const starts = (item: ListItem) => item.label.toLowerCase().startsWith(wanted[0] ?? "");
  return [...found].sort((a, b) => Number(starts(b)) - Number(starts(a)));
}
