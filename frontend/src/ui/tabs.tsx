"use client";

import { cx } from "class-variance-authority";
import { Tabs as Radix } from "radix-ui";
import { type ReactNode, useEffect, useRef } from "react";

type Tab = { value: string; label: ReactNode; content: ReactNode };
type Props = {
  tabs: Tab[];
  value: string;
  onChange: (value: string) => void;
  label: string;
  /** Stands inside padding of its own. */
  isInset?: boolean;
};

export function Tabs({ tabs, value, onChange, label, isInset = false }: Props) {
  const list = useShownTab(value);
  return (
    <Radix.Root value={value} onValueChange={onChange} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <Radix.List
        ref={list}
        aria-label={label}
        className={cx("flex shrink-0 gap-2 overflow-x-auto border-line border-b", isInset ? "-ml-1" : "px-3")}
      >
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px shrink-0 border-transparent border-b-2 px-1 py-2 text-muted hover:text-text focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="min-h-0 flex-1 outline-none">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}

/** On a phone more tabs than fit stand in a row that scrolls: the open one is moved into sight. */
function useShownTab(value: string) {
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is open
  useEffect(() => {
    const open = list.current?.querySelector("[data-state=active]");
    open?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [value]);
  return list;
}
