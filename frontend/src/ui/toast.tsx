"use client";

import { CircleCheck, CircleX, X } from "lucide-react";
import type { ReactNode } from "react";
import { useEffect } from "react";
import { create } from "zustand";
import { Button } from "./button";

type Toast = { id: number; text: ReactNode; tone: "good" | "bad"; action?: { label: string; onClick: () => void } };
type Store = { toasts: Toast[]; show: (toast: Omit<Toast, "id">) => void; drop: (id: number) => void };

const KEPT = 3;
const SHOWN_MS = 6_000;
let lastId = 0;

const useToasts = create<Store>((set) => ({
  toasts: [],
  show: (toast) => {
    lastId += 1;
    const shown = { ...toast, id: lastId };
    set(({ toasts }) => ({ toasts: [...toasts, shown].slice(-KEPT) }));
  },
  drop: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
}));

/** Say what is not visible elsewhere on the page. */
export const toast = (text: ReactNode, options: Partial<Omit<Toast, "id" | "text">> = {}) =>
  useToasts.getState().show({ text, tone: "good", ...options });

/** Say that something the reader asked for did not happen, in the server's words. */
export const tellFailure = (reason: unknown) =>
  toast(reason instanceof Error ? reason.message : String(reason), { tone: "bad" });

export function Toaster() {
  const toasts = useToasts((store) => store.toasts);
  return (
    <section
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-18 z-60 grid w-80 max-w-[calc(100vw-2rem)] gap-2 md:bottom-4"
    >
      {toasts.map((item) => (
        <Item key={item.id} item={item} />
      ))}
    </section>
  );
}

function Item({ item }: { item: Toast }) {
  const drop = useToasts((store) => store.drop);
  useEffect(() => {
    if (item.tone === "bad") return;
    const timer = setTimeout(() => drop(item.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [drop, item]);
  const Icon = item.tone === "good" ? CircleCheck : CircleX;
  return (
    <div className="enter pointer-events-auto flex items-start gap-2 rounded-md border border-line bg-raised py-2 pr-2 pl-3 shadow-panel">
      <Icon aria-hidden className={item.tone === "good" ? "mt-1 size-4 text-good" : "mt-1 size-4 text-bad"} />
      <div className="min-w-0 flex-1 break-words py-0.5">{item.text}</div>
      {item.action && (
        <Button
          look="quiet"
          size="sm"
          onClick={() => {
            item.action?.onClick();
            drop(item.id);
          }}
        >
          {item.action.label}
        </Button>
      )}
      <Button look="quiet" size="icon-sm" aria-label="Dismiss" onClick={() => drop(item.id)}>
        <X />
      </Button>
    </div>
  );
}
