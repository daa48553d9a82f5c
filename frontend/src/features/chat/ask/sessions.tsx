"use client";
/** The reader's own conversations: a column beside the open one, or a menu above it on a narrow window. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { cx } from "class-variance-authority";
import { ChevronDown, MessageSquarePlus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { InlineError } from "@/ui/error-state";
import { Menu } from "@/ui/menu";
import { RelativeTime } from "@/ui/relative-time";
import { Skeleton } from "@/ui/skeleton";
import type { Session } from "../types";
import { deleteSession, sessionsQuery } from "./queries";
import { words } from "./words";

type Props = { endpointId: string; openId: string | null; onOpen: (id: string | null) => void };
/** Beside an open passage there is room for the list only on wide windows. */
type ListProps = Props & { isTight: boolean };

export function SessionList({ endpointId, openId, onOpen, isTight }: ListProps) {
  const client = useQueryClient();
  const list = useInfiniteQuery(sessionsQuery(endpointId));
  const [leaving, setLeaving] = useState<Session | null>(null);
  const sessions = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <aside
      aria-label={words.conversations}
      className={cx(
        "flex w-60 shrink-0 flex-col gap-1 overflow-y-auto border-line border-r p-2",
        isTight ? "max-xl:hidden" : "max-lg:hidden",
      )}
    >
      <Button className="w-full" disabled={openId === null} onClick={() => onOpen(null)}>
        <MessageSquarePlus />
        {words.fresh}
      </Button>
      {list.isPending && (
        <div role="status" aria-label={words.loadingSessions} className="grid gap-2 pt-2">
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
        </div>
      )}
      <InlineError error={list.error} />
      {list.isSuccess && sessions.length === 0 && <p className="p-2 text-muted text-sm">{words.noSessions}</p>}
      <ul className="grid gap-0.5">
        {sessions.map((session) => (
          <SessionItem
            key={session.id}
            session={session}
            isOpen={session.id === openId}
            onOpen={() => onOpen(session.id)}
            onRemove={() => setLeaving(session)}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button look="quiet" size="sm" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {words.more}
        </Button>
      )}
      {leaving && (
        <Confirm
          open
          onOpenChange={(isOpen) => !isOpen && setLeaving(null)}
          title={words.removeTitle}
          verb={words.removeVerb}
          onConfirm={async () => {
            await deleteSession(endpointId, leaving.id);
            if (leaving.id === openId) onOpen(null);
            await client.invalidateQueries({ queryKey: sessionsQuery(endpointId).queryKey });
          }}
        >
          {words.removeHelp(leaving.title)}
        </Confirm>
      )}
    </aside>
  );
}

type ItemProps = { session: Session; isOpen: boolean; onOpen: () => void; onRemove: () => void };

function SessionItem({ session, isOpen, onOpen, onRemove }: ItemProps) {
  return (
    <li className={cx("group/item flex items-center rounded-md", isOpen ? "bg-accent-soft" : "hover:bg-hover")}>
      <button
        type="button"
        aria-current={isOpen ? "true" : undefined}
        className="grid min-w-0 flex-1 rounded-md px-2 py-1 text-left"
        onClick={onOpen}
      >
        <bdi className={cx("truncate text-sm", isOpen && "font-medium text-accent")} title={session.title}>
          {session.title}
        </bdi>
        <span className="text-muted text-xs">
          <RelativeTime at={session.seen_at} />
        </span>
      </button>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={words.remove(session.title)}
        className="opacity-0 focus-visible:opacity-100 group-hover/item:opacity-100"
        onClick={onRemove}
      >
        <Trash2 />
      </Button>
    </li>
  );
}

const IN_MENU = 12;

export function SessionMenu({ endpointId, openId, onOpen }: Props) {
  const list = useInfiniteQuery(sessionsQuery(endpointId));
  const sessions = list.data?.pages.flatMap((page) => page.items) ?? [];
  const open = sessions.find(({ id }) => id === openId);
  return (
    <div className="flex shrink-0 items-center gap-2 border-line border-b px-4 py-1.5 lg:hidden">
      <Menu
        align="start"
        trigger={
          <Button look="quiet" size="sm" className="min-w-0 shrink">
            <bdi className="truncate">{open?.title ?? words.fresh}</bdi>
            <ChevronDown aria-hidden />
          </Button>
        }
        items={[
          { label: words.fresh, icon: <MessageSquarePlus />, onSelect: () => onOpen(null) },
          ...(sessions.length > 0 ? (["line"] as const) : []),
          ...sessions.slice(0, IN_MENU).map((session) => ({
            label: <bdi className="max-w-72 truncate">{session.title}</bdi>,
            onSelect: () => onOpen(session.id),
          })),
        ]}
      />
    </div>
  );
}
