"use client";

import { cx } from "class-variance-authority";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { overlay } from "@/ui/dialog";
import { KeyHint } from "@/ui/key-hint";
import { type Entry, useEntries } from "./palette-entries";

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** Reaches every page, object and action by typing. */
export function Palette({ open, onOpenChange }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={overlay} />
        <Radix.Content
          aria-describedby={undefined}
          className="enter fixed inset-x-2 top-[10vh] z-50 mx-auto flex max-h-[70dvh] max-w-xl flex-col overflow-hidden rounded-md border border-line bg-raised shadow-panel outline-none"
        >
          <Radix.Title className="sr-only">Search and commands</Radix.Title>
          <Finder onDone={() => onOpenChange(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const router = useRouter();
  const listId = useId();
  const [typed, setTyped] = useState("");
  const { entries, isSearching } = useEntries(typed.trim());
  const [picked, setPicked] = useState(0);
  const current = Math.min(picked, entries.length - 1);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[data-index="${current}"]`)?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    onDone();
    if (entry.href) router.push(entry.href);
    else entry.act?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && entries.length > 0) {
      event.preventDefault();
      setPicked((current + step + entries.length) % entries.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(entries[current]);
    }
  };
  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: the palette was opened to type into it
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries.length > 0 ? `${listId}-${current}` : undefined}
        aria-label="Search pages, objects and actions"
        placeholder="Search pages, objects and actions"
        className="h-12 shrink-0 border-line border-b bg-transparent px-4 text-lg outline-none"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setPicked(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={listId} role="listbox" aria-label="Results" className="min-h-0 flex-1 overflow-y-auto p-1">
        {entries.map((entry, i) => (
          <div
            key={entry.id}
            id={`${listId}-${i}`}
            data-index={i}
            role="option"
            tabIndex={-1}
            aria-selected={i === current}
            className={cx("flex h-9 items-center gap-3 rounded-sm px-3", i === current && "bg-accent-soft")}
            onPointerMove={() => setPicked(i)}
            onClick={() => take(entry)}
            onKeyDown={onKeyDown}
          >
            <entry.icon aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="min-w-0 flex-1 truncate">{entry.label}</span>
            <span className="shrink-0 text-muted text-sm">{entry.group}</span>
          </div>
        ))}
      </div>
      <p role="status" className={cx("px-4 pb-3 text-muted", entries.length > 0 && "sr-only")}>
        {entries.length > 0
          ? `${entries.length} results`
          : isSearching
            ? "Searching"
            : `Nothing is called “${typed.trim()}”.`}
      </p>
      <p className="flex gap-4 border-line border-t px-4 py-2 text-muted text-xs max-md:hidden" aria-hidden>
        <span>
          <KeyHint keys="↑ ↓" /> choose
        </span>
        <span>
          <KeyHint keys="Enter" /> open
        </span>
        <span>
          <KeyHint keys="Esc" /> close
        </span>
      </p>
    </>
  );
}
