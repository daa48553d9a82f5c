"use client";
/** The page of an endpoint that anyone may try: a form, an answer, and nothing else of whoever owns it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isNotFound } from "@/api/client";
import { useParam } from "@/lib/params";
import { ChatWidget } from "@/ui/chat-widget";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Skeleton } from "@/ui/skeleton";
import { isSaid } from "../said";
import { PublicForm } from "./public-form";
import { publicEndpointQuery } from "./queries";
import { words } from "./words";

export function PublicPage() {
  const [id] = useParam("id");
  if (!id) {
    return (
      <Sheet title={words.gone.title} isHeaded>
        <EmptyState title={words.gone.title}>{words.noId}</EmptyState>
      </Sheet>
    );
  }
  return <OfId key={id} id={id} />;
}

function OfId({ id }: { id: string }) {
  const endpoint = useQuery(publicEndpointQuery(id));
  if (isNotFound(endpoint.error)) {
    return (
      <Sheet title={words.gone.title} isHeaded>
        <EmptyState title={words.gone.title}>{words.gone.text}</EmptyState>
      </Sheet>
    );
  }
  if (endpoint.error) {
    return (
      <Sheet title={words.failed} isHeaded>
        <ErrorState title={words.failed} error={endpoint.error} retry={() => void endpoint.refetch()} />
      </Sheet>
    );
  }
  if (!endpoint.data) {
    return (
      <Sheet title={words.loading} isHeaded>
        <div role="status" aria-label={words.loading} className="grid gap-4">
          <Skeleton className="h-7 w-64" />
          <Skeleton className="h-4 w-40" />
          <Skeleton className="h-48" />
          <Skeleton className="h-8 w-24" />
        </div>
      </Sheet>
    );
  }
  const { name, signature, takes } = endpoint.data;
  if (takes === "questions") {
    return (
      <Sheet title={name} isHeaded>
        <div className="h-[calc(100dvh-9rem)] min-h-96 sm:h-[calc(100dvh-11rem)]">
          <ChatWidget endpoint={id} name={name} />
        </div>
      </Sheet>
    );
  }
  return (
    <Sheet title={name}>
      <header className="grid gap-1">
        <h1 className="break-words font-semibold text-xl">
          <bdi>{name}</bdi>
        </h1>
        <p className="text-muted">{isSaid(signature) ? words.introSaid : words.intro(signature.output.name)}</p>
      </header>
      <PublicForm endpoint={endpoint.data} />
    </Sheet>
  );
}

/** `isHeaded`: what is inside has no heading of its own, so the title is read out as one. */
function Sheet({ title, isHeaded = false, children }: { title: string; isHeaded?: boolean; children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <title>{title}</title>
      <main id="main" className="mx-auto grid w-full max-w-2xl flex-1 content-start gap-6 px-4 py-8 sm:py-14">
        {isHeaded && <h1 className="sr-only">{title}</h1>}
        {children}
      </main>
      <footer className="mx-auto flex w-full max-w-2xl flex-wrap justify-between gap-x-4 gap-y-1 border-line border-t px-4 py-4 text-muted text-sm">
        <span>{words.kept}</span>
        <span>{words.made}</span>
      </footer>
    </div>
  );
}
