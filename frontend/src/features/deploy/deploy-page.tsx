"use client";

import { useParam } from "@/lib/params";
import { AuditDetail } from "./audit-detail";
import { AuditList } from "./audit-list";

/** The audits, or the one that the address names. */
export function DeployPage() {
  const [id] = useParam("id");
  return id ? <AuditDetail key={id} id={id} /> : <AuditList />;
}
