"use client";
/** The kinds of a family as cards; one that lacks a package says so. */
import type { Card } from "@/api/types";
import { Badge } from "@/ui/badge";
import { Dialog } from "@/ui/dialog";
import { words } from "./words";

type Props = { title: string; cards: readonly Card[]; onPick: (kind: string) => void; onClose: () => void };

/** What was read from a log can be looked at in a document, and not be added to one. */
const isAskable = ({ group }: Card) => group !== "recorded";

export function KindPicker({ title, cards, onPick, onClose }: Props) {
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()} title={title} width="lg">
      <ul className="grid gap-2 pb-2 sm:grid-cols-2">
        {cards.filter(isAskable).map(({ kind, title: named, group, summary, unavailable_reason: why }) => (
          <li key={kind}>
            <button
              type="button"
              disabled={why !== null}
              className="grid h-full w-full content-start gap-0.5 rounded-md border border-line bg-surface px-3 py-2 text-left hover:not-disabled:bg-hover disabled:opacity-60"
              onClick={() => onPick(kind)}
            >
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-medium">{named}</span>
                <Badge>{group}</Badge>
              </span>
              <span className="text-muted text-sm">{summary}</span>
              {why && <span className="text-sm text-warn">{words.unavailable(why)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
