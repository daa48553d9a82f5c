"use client";
/** One audit: while it runs its progress, then the report as people read it. */
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
import { Made } from "./made";
import { auditQuery, deleteAudit, exportAddress, FORMATS } from "./queries";
import { ReportView } from "./report-view";
import type { Audit } from "./types";
import { words } from "./words";

const crumbs = [{ label: words.title, href: "/deploy/" }];

export function AuditDetail({ id }: { id: string }) {
  const audit = useQuery(auditQuery(id));
  if (audit.error) {
    const isGone = isNotFound(audit.error);
    return (
      <Page title={words.title} crumbs={crumbs}>
        <ErrorState
          error={audit.error}
          title={words.reportFailed}
          retry={isGone ? undefined : () => void audit.refetch()}
        />
      </Page>
    );
  }
  if (!audit.data) {
    return (
      <Page title={words.loading} crumbs={crumbs}>
        <TableSkeleton label={words.loading} />
      </Page>
    );
  }
  return <Shown audit={audit.data} />;
}

function Shown({ audit }: { audit: Audit }) {
  const client = useQueryClient();
  const onEnd = () => void client.invalidateQueries({ queryKey: ["audits"] });
  return (
    <Page
      title={audit.name}
      crumbs={crumbs}
      beside={audit.state !== "ready" && <StateBadge state={audit.state} />}
      actions={<Actions audit={audit} />}
    >
      <Made of={audit} said={words} onEnd={onEnd}>
        <ReportView audit={audit} />
      </Made>
    </Page>
  );
}

function Actions({ audit }: { audit: Audit }) {
  const client = useQueryClient();
  const router = useRouter();
  const [asks, setAsks] = useState(false);
  const confirm = async () => {
    await deleteAudit(audit.id);
    await client.invalidateQueries({ queryKey: ["audits", "list"] });
    toast(words.removed);
    router.push("/deploy/");
  };
  return (
    <>
      <Menu
        trigger={
          <Button disabled={audit.state !== "ready"}>
            <Download />
            {words.export}
          </Button>
        }
        items={FORMATS.map((format) => ({
          label: format.toUpperCase(),
          onSelect: () => void take(exportAddress(audit.id, format)).catch(tellFailure),
        }))}
      />
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={words.actions} disabled={audit.state === "running"}>
            <Ellipsis />
          </Button>
        }
        items={[{ label: words.remove, icon: <Trash2 />, isDanger: true, onSelect: () => setAsks(true) }]}
      />
      <Confirm
        open={asks}
        onOpenChange={setAsks}
        title={`${words.remove}: ${audit.name}`}
        verb="Delete"
        onConfirm={confirm}
      >
        {words.removeText}
      </Confirm>
    </>
  );
}
