"use client";
/** One endpoint in parts that the address names: try it, its batches and calls, its use and drift, its API, its settings. */
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { isNotFound } from "@/api/client";
import type { Endpoint, Signature } from "@/api/types";
import { useParam } from "@/lib/params";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Tabs } from "@/ui/tabs";
import { ApiTab } from "./access/api-tab";
import { BatchList } from "./batches/batch-list";
import { DriftTab } from "./drift/drift-tab";
import { HistoryTab } from "./history/history-tab";
import { endpointQuery, modelQuery, versionsQuery } from "./queries";
import { isSaid } from "./said";
import { SettingsTab } from "./settings/settings-tab";
import { rowToTyped } from "./trying/row";
import { TryTab } from "./trying/try-tab";
import { useTrying } from "./trying/use-trying";
import { VersionChoice } from "./trying/version-choice";
import { UseTab } from "./usage/use-tab";
import { words } from "./words";

const crumbs = [{ label: words.title, href: "/predict/" }];
const TABS = ["try", "batches", "history", "use", "drift", "api", "settings"] as const;
type Tab = (typeof TABS)[number];
/** Files and drift are matters of models: nothing was trained for what an LLM says, and each answer is a request. */
const OF_MODELS: readonly Tab[] = ["batches", "drift"];

export function EndpointDetail({ id }: { id: string }) {
  const endpoint = useQuery(endpointQuery(id));
  if (endpoint.error) {
    const isGone = isNotFound(endpoint.error);
    return (
      <Page title={words.one} crumbs={crumbs}>
        <ErrorState
          title={words.openFailed}
          error={isGone ? new Error(words.missing) : endpoint.error}
          retry={isGone ? undefined : () => void endpoint.refetch()}
          actions={
            <Button asChild>
              <Link href="/predict/">{words.toList}</Link>
            </Button>
          }
        />
      </Page>
    );
  }
  if (!endpoint.data) {
    return (
      <Page title={words.one} crumbs={crumbs}>
        <div role="status" aria-label={words.loadingOne} className="grid gap-8 p-4 lg:grid-cols-2">
          <div className="grid gap-4">
            {[0, 1, 2, 3, 4, 5].map((n) => (
              <Skeleton key={n} className="h-12" />
            ))}
          </div>
          <Skeleton className="h-48" />
        </div>
      </Page>
    );
  }
  return <OfVersion endpoint={endpoint.data} />;
}

/** The served version, or the one that the address names. */
function OfVersion({ endpoint }: { endpoint: Endpoint }) {
  const { servable } = endpoint;
  const [asked, setAsked] = useParam("version");
  const versions = useQuery({ ...versionsQuery(servable.id), enabled: servable.version !== null }).data?.versions ?? [];
  const isOther = asked !== null && asked !== String(servable.version);
  const other = isOther ? versions.find((each) => String(each.version) === asked) : undefined;
  const model = useQuery({ ...modelQuery(other?.id ?? ""), enabled: other !== undefined }).data;
  const chosen = other && model ? { signature: model.signature, modelId: other.id, version: other.version } : null;
  const isWaiting = other !== undefined && !model;
  return (
    <Loaded
      key={`${chosen?.modelId ?? servable.id} ${isWaiting}`}
      endpoint={endpoint}
      signature={chosen?.signature ?? endpoint.signature}
      modelId={chosen?.modelId ?? servable.id}
      version={chosen?.version ?? null}
      choice={
        <VersionChoice
          versions={versions}
          asked={asked}
          chosen={other?.version ?? servable.version ?? 0}
          onChoose={(version) => setAsked(version === servable.version ? null : String(version), "replace")}
        />
      }
    />
  );
}

type LoadedProps = {
  endpoint: Endpoint;
  signature: Signature;
  modelId: string;
  /** Asked by number; null: whichever is served. */
  version: number | null;
  choice: ReactNode;
};

function Loaded({ endpoint, signature, modelId, version, choice }: LoadedProps) {
  const tabs = TABS.filter((each) => !isSaid(signature) || !OF_MODELS.includes(each));
  const [tab, goTo] = useTab(endpoint.id, tabs);
  const [isMany, setIsMany] = useState(false);
  const trying = useTrying(endpoint.id, signature, version);
  const onTry = () => goTo("try");
  const useAgain = (row: Record<string, unknown>) => {
    trying.setTyped(rowToTyped(signature, row));
    setIsMany(false);
    onTry();
  };
  const shown: Record<Tab, () => ReactNode> = {
    try: () => <TryTab {...{ endpoint, signature, version, trying, choice, isMany, setIsMany }} />,
    batches: () => <BatchList endpointId={endpoint.id} />,
    history: () => <HistoryTab endpoint={endpoint} onUse={useAgain} onTry={onTry} />,
    use: () => <UseTab endpoint={endpoint} onTry={onTry} />,
    drift: () => <DriftTab endpoint={endpoint} />,
    api: () => <ApiTab endpoint={endpoint} />,
    settings: () => <SettingsTab key={endpoint.name} endpoint={endpoint} modelId={modelId} />,
  };
  return (
    <Page
      fill
      title={endpoint.name}
      crumbs={crumbs}
      beside={endpoint.is_public && <Badge tone="info">{words.isPublic}</Badge>}
      actions={<Origin endpoint={endpoint} modelId={modelId} />}
    >
      <Tabs
        label={words.parts}
        value={tab}
        onChange={(value) => goTo(value as Tab)}
        tabs={tabs.map((value) => ({
          value,
          label: words.tabs[value],
          // Only the open part is made: the others would ask the server for what nobody looks at.
          content: value === tab && <div className="h-full overflow-y-auto">{shown[value]()}</div>,
        }))}
      />
    </Page>
  );
}

/** Where what answers comes from: a model, or the experiment that chose how an LLM is asked. */
function Origin({ endpoint, modelId }: { endpoint: Endpoint; modelId: string }) {
  const { kind, id } = endpoint.servable;
  const found = {
    model: { href: `/models/?id=${modelId}`, long: words.model, short: words.modelShort },
    strategy: {
      href: `/experiments/?id=${id}&tab=comparison`,
      long: words.experiment,
      short: words.experimentShort,
    },
  }[kind];
  if (!found) return null;
  return (
    <Button asChild>
      <Link href={found.href} aria-label={found.long}>
        <span className="max-md:hidden">{found.long}</span>
        <span className="md:hidden">{found.short}</span>
      </Link>
    </Button>
  );
}

/** The open part; going to another leaves behind what only the last one's address said. */
function useTab(id: string, tabs: readonly Tab[]): [Tab, (tab: Tab) => void] {
  const [asked] = useParam("tab");
  const [version] = useParam("version");
  const router = useRouter();
  const path = usePathname();
  const tab = tabs.find((each) => each === asked) ?? "try";
  const goTo = (next: Tab) => {
    const params = new URLSearchParams({ id });
    if (next !== "try") params.set("tab", next);
    if (version !== null) params.set("version", version);
    router.push(`${path}?${params}`, { scroll: false });
  };
  return [tab, goTo];
}
