"use client";
/** What a reader with a link sees: the comparison of one attempt, and its answers where the link shows them. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { isNotFound } from "@/api/client";
import { ApiError } from "@/lib/api-error";
import { useParam } from "@/lib/params";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { ExactTime, RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Tabs } from "@/ui/tabs";
import { AnswersView } from "../answers/answers-view";
import { linkSource } from "../answers/source";
import { useLook } from "../answers/use-look";
import { ResultsView } from "../comparison/results-view";
import { words as experimentWords } from "../words";
import { type SharedResults, sharedQuery } from "./queries";
import { words } from "./words";

/** What the server calls a link whose days are over. */
const ENDED = "link_ended";

export function SharedPage() {
  const [token] = useParam("experiment");
  if (token) return <OfToken key={token} token={token} />;
  return (
    <Sheet title={words.gone}>
      <EmptyState title={words.gone}>{words.noToken}</EmptyState>
    </Sheet>
  );
}

function OfToken({ token }: { token: string }) {
  const found = useQuery(sharedQuery(token));
  if (isNotFound(found.error)) {
    return (
      <Sheet title={words.gone}>
        <EmptyState title={words.gone}>{words.goneText}</EmptyState>
      </Sheet>
    );
  }
  if (found.error instanceof ApiError && found.error.code === ENDED) {
    const { message, hint } = found.error;
    return (
      <Sheet title={words.over}>
        <EmptyState title={words.over}>{`${message} ${hint ?? ""}`}</EmptyState>
      </Sheet>
    );
  }
  if (found.error) {
    return (
      <Sheet title={words.failed}>
        <ErrorState title={words.failed} error={found.error} retry={() => void found.refetch()} />
      </Sheet>
    );
  }
  if (!found.data) {
    return (
      <Sheet title={words.loading}>
        <TableSkeleton label={words.loading} />
      </Sheet>
    );
  }
  return <Shown token={token} shared={found.data} />;
}

type ShownProps = { token: string; shared: SharedResults };

function Shown({ token, shared }: ShownProps) {
  const look = useLook();
  const comparison = <ResultsView results={shared.results} onLook={shared.with_answers ? look : null} />;
  return (
    <Sheet title={shared.name} head={<Head shared={shared} />}>
      {shared.with_answers ? <Parts token={token} shared={shared} comparison={comparison} /> : comparison}
    </Sheet>
  );
}

/** The comparison, and the answers that it is made of. */
function Parts({ token, shared, comparison }: ShownProps & { comparison: ReactNode }) {
  const [tab, setTab] = useParam("tab");
  const source = useMemo(() => linkSource(token), [token]);
  const { comparison: label, answers } = experimentWords.tabs;
  return (
    <Tabs
      label={words.parts}
      value={tab === "answers" ? tab : "comparison"}
      onChange={(value) => setTab(value === "answers" ? value : null)}
      tabs={[
        { value: "comparison", label, content: comparison },
        {
          value: "answers",
          label: answers,
          content: tab === "answers" && <AnswersView source={source} results={shared.results} />,
        },
      ]}
    />
  );
}

function Head({ shared }: { shared: SharedResults }) {
  return (
    <header className="grid gap-1 px-4 pt-8">
      <h1 className="font-semibold text-xl [overflow-wrap:anywhere]">
        <bdi>{shared.name}</bdi>
      </h1>
      {shared.description && <p className="max-w-[72ch] [overflow-wrap:anywhere]">{shared.description}</p>}
      <p className="text-muted">
        {words.about(shared.dataset_name, shared.number)}
        {shared.ended_at && (
          <>
            {`, ${words.ended} `}
            <RelativeTime at={shared.ended_at} />
          </>
        )}
        {shared.link_ends_at && (
          <>
            {` · ${words.worksUntil} `}
            <ExactTime at={shared.link_ends_at} />
          </>
        )}
      </p>
    </header>
  );
}

/** `head`: without one the title is read out. */
function Sheet({ title, head, children }: { title: string; head?: ReactNode; children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-dvh max-w-[1400px] flex-col">
      <title>{`${title} · Modelyard`}</title>
      <meta name="robots" content="noindex" />
      <main id="main" className="min-w-0 flex-1">
        {head ?? <h1 className="sr-only">{title}</h1>}
        {children}
      </main>
      <footer className="border-line border-t px-4 py-4 text-muted text-sm">{words.made}</footer>
    </div>
  );
}
