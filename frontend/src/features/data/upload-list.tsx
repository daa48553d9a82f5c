"use client";

import { X } from "lucide-react";
import { useEffect } from "react";
import { formatBytes } from "@/lib/format";
import { Button } from "@/ui/button";
import { ErrorText } from "@/ui/error-state";
import { ProgressLine } from "@/ui/progress-line";
import { dropUpload, type Upload, useUploads } from "./uploads";

/** Files that are being sent, and those that were refused. */
export function UploadList() {
  const uploads = useUploads((store) => store.uploads);
  const isSending = uploads.some((upload) => upload.error === null);
  useEffect(() => {
    if (!isSending) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isSending]);
  if (uploads.length === 0) return null;
  return (
    <ul aria-label="Uploads" className="grid gap-3 border-line border-b px-4 py-3">
      {uploads.map((upload) => (
        <Item key={upload.id} upload={upload} />
      ))}
    </ul>
  );
}

function Item({ upload }: { upload: Upload }) {
  const hasArrived = upload.sent >= upload.size;
  const doing = hasArrived
    ? `Storing ${upload.name}`
    : `Sending ${upload.name} · ${formatBytes(upload.sent)} of ${formatBytes(upload.size)}`;
  return (
    <li className="flex items-start gap-3">
      <div className="min-w-0 flex-1">
        {upload.error ? (
          <div role="alert" className="grid gap-1">
            <p className="break-words font-medium text-bad">{upload.name} was not taken in</p>
            <ErrorText error={upload.error} />
          </div>
        ) : (
          <ProgressLine
            label={doing}
            fraction={hasArrived ? null : upload.sent / Math.max(1, upload.size)}
            startedAt={upload.startedAt}
          />
        )}
      </div>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={upload.error ? `Dismiss ${upload.name}` : `Stop sending ${upload.name}`}
        onClick={upload.error ? () => dropUpload(upload.id) : upload.stop}
      >
        <X />
      </Button>
    </li>
  );
}
