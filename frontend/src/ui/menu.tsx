"use client";

import { cx } from "class-variance-authority";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

type Item = { label: ReactNode; icon?: ReactNode; onSelect: () => void; isDanger?: boolean; disabled?: boolean };
type Props = {
  trigger: ReactNode;
  items: (Item | "line")[];
  align?: "start" | "end";
  side?: "top" | "right" | "bottom";
};

export function Menu({ trigger, items, align = "end", side = "bottom" }: Props) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="enter z-50 min-w-44 rounded-md border border-line bg-raised p-1 shadow-panel"
        >
          {items.map((item, i) =>
            item === "line" ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity of its own
              <Radix.Separator key={i} className="my-1 h-px bg-line" />
            ) : (
              <Radix.Item
                // biome-ignore lint/suspicious/noArrayIndexKey: the items of a menu do not move
                key={i}
                disabled={item.disabled}
                onSelect={item.onSelect}
                className={cx(
                  "flex h-8 cursor-default items-center gap-2 rounded-sm px-2 outline-none data-[disabled]:text-faint data-[highlighted]:bg-hover [&_svg]:size-4",
                  item.isDanger ? "text-bad" : "[&_svg]:text-muted",
                )}
              >
                {item.icon}
                {item.label}
              </Radix.Item>
            ),
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
