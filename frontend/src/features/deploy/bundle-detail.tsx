"use client";
/** One bundle: while it is made its progress, then what it holds, its audit, and what a person does with it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Ellipsis, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { isNotFound } from "@/api/client";
import { take } from "@/api/files";
import { useLiveRun } from "@/api/runs";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Menu } from "@/ui/menu";
import { Page } from "@/ui/page";
import { ProgressLine } from "@/ui/progress-line";
import { TableSkeleton } from "@/ui/skeleton";
import { tellFailure, toast } from "@/ui/toast";
import { BundleView } from "./bundle-view";
import { usePlatformTitle } from "./platforms";
import { BUNDLES_HREF, bundleAddress, bundleQuery, deleteBundle } from "./queries";
import type { Bundle } from "./types";
import { words as pages, bundles as words } from "./words";

const crumbs = [{ label: pages.title, href: BUNDLES_HREF }];

export function BundleDetail({ id }: { id: string }) {
  const bundle = useQuery(bundleQuery(id));
  if (bundle.data) return <Shown bundle={bundle.data} />;
  return (
    <Page title={bundle.error ? words.gone : words.loading} crumbs={crumbs}>
      {bundle.error ? (
        <ErrorState
          error={bundle.error}
          title={words.gone}
          retry={isNotFound(bundle.error) ? undefined : () => void bundle.refetch()}
        />
      ) : (
        <TableSkeleton label={words.loading} />
      )}
    </Page>
  );
}

function Shown({ bundle }: { bundle: Bundle }) {
  const titleOf = usePlatformTitle();
  return (
    <Page
      title={words.title(bundle.name, titleOf(String(bundle.platform.kind)))}
      crumbs={crumbs}
      beside={bundle.state !== "ready" && <StateBadge state={bundle.state} />}
      actions={<Actions bundle={bundle} />}
    >
      {bundle.state === "running" && <Work bundle={bundle} />}
      {bundle.state === "failed" && (
        <EmptyState
          title={words.failed}
          actions={
            bundle.run_id && (
              <Button asChild>
                <Link href={`/runs/?id=${bundle.run_id}`}>{words.openRun}</Link>
              </Button>
            )
          }
        >
          {bundle.error}
        </EmptyState>
      )}
      {bundle.state === "ready" && <BundleView bundle={bundle} />}
    </Page>
  );
}

function Work({ bundle }: { bundle: Bundle }) {
  const client = useQueryClient();
  const { data: run } = useLiveRun(bundle.run_id, () => {
    void client.invalidateQueries({ queryKey: ["bundles"] });
    void client.invalidateQueries({ queryKey: ["audits", "list"] });
  });
  return (
    <div className="max-w-[72ch] p-4">
      <ProgressLine
        label={run?.message || words.running}
        fraction={run?.progress_fraction ?? null}
        startedAt={run?.started_at}
      />
    </div>
  );
}

function Actions({ bundle }: { bundle: Bundle }) {
  const client = useQueryClient();
  const router = useRouter();
  const [asks, setAsks] = useState(false);
  const confirm = async () => {
    await deleteBundle(bundle.id);
    await client.invalidateQueries({ queryKey: ["bundles", "list"] });
    toast(words.removed);
    router.push(BUNDLES_HREF);
  };
  return (
    <>
      {bundle.state === "ready" && (
        <Button look="primary" onClick={() => void take(bundleAddress(bundle.id)).catch(tellFailure)}>
          <Download />
          <span className="max-md:sr-only">{words.download}</span>
        </Button>
      )}
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={words.actions} disabled={bundle.state === "running"}>
            <Ellipsis />
          </Button>
        }
        items={[{ label: words.remove, icon: <Trash2 />, isDanger: true, onSelect: () => setAsks(true) }]}
      />
      <Confirm
        open={asks}
        onOpenChange={setAsks}
        title={`${words.remove}: ${bundle.name}`}
        verb="Delete"
        onConfirm={confirm}
      >
        {words.removeText}
      </Confirm>
    </>
  );
}
