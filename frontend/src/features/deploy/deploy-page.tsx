"use client";
/** Audits and bundles, or the one that the address names. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useParam } from "@/lib/params";
import { Page } from "@/ui/page";
import { Tabs } from "@/ui/tabs";
import { AuditDetail } from "./audit-detail";
import { AuditList } from "./audit-list";
import { BundleDetail } from "./bundle-detail";
import { BundleList } from "./bundle-list";
import { NewAudit } from "./new-audit";
import { NewBundle, NewBundleDialog } from "./new-bundle";
import { auditsQuery, bundlesQuery } from "./queries";
import { words } from "./words";

export function DeployPage() {
  const [audit] = useParam("id");
  const [bundle] = useParam("bundle");
  if (audit) return <AuditDetail key={audit} id={audit} />;
  return bundle ? <BundleDetail key={bundle} id={bundle} /> : <Lists />;
}

function Lists() {
  const [tab, setTab] = useParam("tab");
  const open = tab === "bundles" ? "bundles" : "audits";
  const audits = useInfiniteQuery(auditsQuery);
  const bundles = useInfiniteQuery({ ...bundlesQuery, enabled: open === "bundles" });
  const { data } = open === "bundles" ? bundles : audits;
  const isEmpty = data?.pages[0]?.items.length === 0;
  return (
    <Page
      title={words.title}
      actions={open === "bundles" ? !isEmpty && <NewBundle /> : <NewAudit isPrimary={!isEmpty} />}
    >
      <Tabs
        label={words.tabs.label}
        value={open}
        onChange={(value) => setTab(value === "audits" ? null : value, "replace")}
        tabs={[
          { value: "audits", label: words.tabs.audits, content: <AuditList /> },
          { value: "bundles", label: words.tabs.bundles, content: <BundleList /> },
        ]}
      />
      <NewBundleDialog />
    </Page>
  );
}
