"use client";
/** One collection in parts that the address names: ask it, its documents, what is found and how good that is, its readers. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import type { ComponentType, ReactNode } from "react";
import { isNotFound } from "@/api/client";
import { useLiveRun } from "@/api/runs";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Tabs } from "@/ui/tabs";
import { AskTab } from "./ask/ask-tab";
import { DocumentsTab } from "./documents/documents-tab";
import { collectionsHref } from "./places";
import { QualityTab } from "./quality/quality-tab";
import { collectionQuery } from "./queries";
import { ReadersTab } from "./readers/readers-tab";
import { SearchTab } from "./search/search-tab";
import { SettingsTab } from "./settings/settings-tab";
import { ShareTab } from "./share/share-tab";
import { CollectionBadge } from "./state-badge";
import type { Collection } from "./types";
import { words } from "./words";

const CRUMBS = [{ label: words.title, href: collectionsHref }];
const TABS = ["ask", "documents", "search", "quality", "readers", "share", "settings"] as const;
type Tab = (typeof TABS)[number];

type Access = ComponentType<{ id: string }>;

export function CollectionDetail({ id, access }: { id: string; access: Access }) {
  const collection = useQuery(collectionQuery(id));
  if (collection.data) return <Loaded collection={collection.data} access={access} />;
  if (!collection.error) {
    return (
      <Page title={words.one} crumbs={CRUMBS}>
        <div role="status" aria-label={words.loadingOne} className="grid grid-cols-1 gap-4 p-4">
          <Skeleton className="h-8 w-96 max-w-full" />
          <Skeleton className="h-48" />
          <Skeleton className="h-12" />
        </div>
      </Page>
    );
  }
  const isGone = isNotFound(collection.error);
  return (
    <Page title={words.one} crumbs={CRUMBS}>
      <ErrorState
        title={words.openFailed}
        error={isGone ? new Error(words.missing) : collection.error}
        retry={isGone ? undefined : () => void collection.refetch()}
        actions={
          <Button asChild>
            <Link href={collectionsHref}>{words.toList}</Link>
          </Button>
        }
      />
    </Page>
  );
}

function Loaded({ collection, access: EndpointAccess }: { collection: Collection; access: Access }) {
  const client = useQueryClient();
  const [tab, goTo] = useTab(collection);
  // Followed on every part of the page: the state beside the name is that of now.
  useLiveRun(collection.run_id, () => void client.invalidateQueries({ queryKey: ["collections"] }));
  const shown: Record<Tab, () => ReactNode> = {
    ask: () => <AskTab collection={collection} />,
    documents: () => <DocumentsTab collection={collection} />,
    search: () => <SearchTab collection={collection} />,
    quality: () => <QualityTab collection={collection} />,
    readers: () => <ReadersTab collection={collection} />,
    share: () => <ShareTab collection={collection} access={<EndpointAccess id={collection.endpoint_id} />} />,
    settings: () => <SettingsTab collection={collection} />,
  };
  return (
    <Page
      fill
      title={collection.name}
      crumbs={CRUMBS}
      beside={collection.state !== "ready" && <CollectionBadge state={collection.state} />}
    >
      <Tabs
        label={words.parts}
        value={tab}
        onChange={(value) => goTo(value as Tab)}
        tabs={TABS.map((value) => ({
          value,
          label: words.tabs[value],
          // Only the open part is made: the others would ask the server for what nobody looks at.
          content: value === tab && shown[value](),
        }))}
      />
    </Page>
  );
}

/** The open part; a collection without documents opens where they come in. */
function useTab({ id, n_documents }: Collection): [Tab, (tab: Tab) => void] {
  const [asked] = useParam("tab");
  const router = useRouter();
  const path = usePathname();
  const first: Tab = n_documents === 0 ? "documents" : "ask";
  const tab = TABS.find((each) => each === asked) ?? first;
  const goTo = (next: Tab) => router.push(`${path}?${new URLSearchParams({ id, tab: next })}`, { scroll: false });
  return [tab, goTo];
}
