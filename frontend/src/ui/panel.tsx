"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useSyncExternalStore } from "react";
import { Button } from "./button";
import { overlay } from "./dialog";

const PHONE = "(max-width: 767px)";

export const useIsPhone = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      const query = matchMedia(PHONE);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => matchMedia(PHONE).matches,
    () => false,
  );

type Props = {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  width?: number;
};

/** Detail beside a list that stays in place; on a phone a sheet over it. */
export function Panel({ open, onClose, title, actions, children, width = 400 }: Props) {
  const isPhone = useIsPhone();
  if (!open) return null;
  if (!isPhone) {
    const label = typeof title === "string" ? title : "Details";
    return (
      <aside
        aria-label={label}
        style={{ width }}
        className="enter flex min-h-0 shrink-0 flex-col border-line border-l bg-surface"
      >
        <Head title={<h2 className="min-w-0 flex-1 truncate font-semibold">{title}</h2>} actions={actions}>
          <Button look="quiet" size="icon-sm" aria-label="Close panel" onClick={onClose}>
            <X />
          </Button>
        </Head>
        <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
      </aside>
    );
  }
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={overlay} />
        <Radix.Content
          aria-describedby={undefined}
          className="enter fixed inset-x-0 bottom-0 z-50 flex h-[86dvh] flex-col rounded-t-md border border-line bg-surface outline-none"
        >
          <Head
            title={<Radix.Title className="min-w-0 flex-1 truncate font-semibold">{title}</Radix.Title>}
            actions={actions}
          >
            <Radix.Close asChild>
              <Button look="quiet" size="icon-sm" aria-label="Close panel">
                <X />
              </Button>
            </Radix.Close>
          </Head>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Head({ title, actions, children }: { title: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-line border-b px-4">
      {title}
      {actions}
      {children}
    </header>
  );
}
