"use client";

import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { systemQuery } from "@/api/account";
import { formatBytes } from "@/lib/format";
import { Button } from "@/ui/button";

const ACCEPTED = ".csv,.tsv,.txt,.json,.jsonl,.ndjson,.parquet,.xlsx";

type Take = (files: File[]) => void;

/** A button that opens the file chooser. */
export function ChooseFiles({ onFiles, look = "primary" }: { onFiles: Take; look?: "primary" | "plain" }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPTED}
        aria-label="Files to upload"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <Button look={look} onClick={() => input.current?.click()}>
        <FileUp />
        Upload
      </Button>
    </>
  );
}

/** Which files are taken, and how large. */
export function UploadLimits() {
  const { data } = useQuery(systemQuery());
  return (
    <span>
      CSV, TSV, JSON, JSON Lines, Parquet or XLSX
      {data && `, up to ${formatBytes(data.limits.max_upload_bytes)}`}. You can also drop files anywhere on this page.
    </span>
  );
}

/** The page takes files that are dropped on it. */
export function DropArea({ onFiles, children }: { onFiles: Take; children: ReactNode }) {
  const [isOver, setIsOver] = useState(false);
  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut for the Upload button
    <div
      className="relative flex min-h-[calc(100dvh-3.5rem)] min-w-0 flex-1 flex-col"
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false);
      }}
      onDrop={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setIsOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-2 z-30 grid place-items-center rounded-md border-2 border-accent border-dashed bg-accent-soft font-medium text-accent text-lg">
          Drop to upload
        </div>
      )}
    </div>
  );
}
