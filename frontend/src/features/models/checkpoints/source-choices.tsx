"use client";
/** The two places that a checkpoint comes from: a ZIP, or the hub. */
import { useQuery } from "@tanstack/react-query";
import { systemQuery } from "@/api/account";
import { fieldError } from "@/lib/api-error";
import { formatBytes } from "@/lib/format";
import { Field, Input } from "@/ui/field";
import { FileDrop } from "@/ui/file-drop";
import { words } from "./words";

export function ZipChoice({ file, onFile }: { file: File | null; onFile: (file: File) => void }) {
  const limit = useQuery(systemQuery()).data?.limits.max_upload_bytes;
  return (
    <div className="pt-3">
      <FileDrop label={words.file.label} accept=".zip" file={file} onFile={onFile} texts={words.file}>
        {words.fileHelp}
        {limit !== undefined && `, ${words.upTo(formatBytes(limit))}`}
      </FileDrop>
    </div>
  );
}

export type HubDraft = { typed: string; revision: string };
type HubProps = { draft: HubDraft; onChange: (fields: Partial<HubDraft>) => void; error: unknown };

export function HubChoice({ draft, onChange, error }: HubProps) {
  return (
    <div className="grid gap-3 pt-3">
      <Field label={words.hubId} help={words.hubHelp} error={fieldError(error, "hub_id")}>
        {(wired) => (
          <Input
            {...wired}
            className="font-mono"
            maxLength={300}
            autoCapitalize="none"
            spellCheck={false}
            value={draft.typed}
            onChange={(event) => onChange({ typed: event.target.value })}
          />
        )}
      </Field>
      <Field label={words.revision} help={words.revisionHelp} error={fieldError(error, "revision")}>
        {(wired) => (
          <Input
            {...wired}
            className="font-mono"
            maxLength={100}
            autoCapitalize="none"
            spellCheck={false}
            value={draft.revision}
            onChange={(event) => onChange({ revision: event.target.value })}
          />
        )}
      </Field>
      <p className="rounded-md border border-line bg-info-soft px-3 py-2 text-sm">{words.hubFetches}</p>
    </div>
  );
}
