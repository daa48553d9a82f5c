"use client";
/** One bundle: while it is made its progress, then what it holds, its audit, and what a person does with it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Ellipsis, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { isNotFound } from "@/api/client";
import { take } from "@/api/files";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { ErrorState } from "@/ui/error-state";
import { Menu } from "@/ui/menu";
import { Page } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { tellFailure, toast } from "@/ui/toast";
import { BundleView } from "./bundle-view";
import { Made } from "./made";
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
  const client = useQueryClient();
  const onEnd = () => {
    void client.invalidateQueries({ queryKey: ["bundles"] });
    void client.invalidateQueries({ queryKey: ["audits", "list"] });
  };
  return (
    <Page
      title={words.title(bundle.name, titleOf(String(bundle.platform.kind)))}
      crumbs={crumbs}
      beside={bundle.state !== "ready" && <StateBadge state={bundle.state} />}
      actions={<Actions bundle={bundle} />}
    >
      <Made of={bundle} said={words} onEnd={onEnd}>
        <BundleView bundle={bundle} />
      </Made>
    </Page>
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
