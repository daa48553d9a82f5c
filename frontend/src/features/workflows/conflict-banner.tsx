"use client";
/** Shown when the workflow was saved elsewhere: what happened, and the two ways on, neither of which loses anything. */
import { TriangleAlert } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { toast } from "@/ui/toast";
import type { Editor } from "./use-editor";
import { words } from "./words";

export function ConflictBanner({ editor }: { editor: Editor }) {
  const router = useRouter();
  const [error, setError] = useState<unknown>(null);
  const attempt = (action: () => Promise<void>) => () => void action().catch(setError);
  const theirs = attempt(async () => {
    await editor.loadTheirs();
    toast(words.conflict.loaded);
  });
  const copy = attempt(async () => {
    const made = await editor.saveCopy();
    editor.autosave.settle(editor.save.version);
    toast(words.conflict.copied);
    router.push(`/workflows/?id=${made.id}`);
  });
  return (
    <div
      role="alert"
      className="absolute inset-x-3 top-3 z-10 grid gap-2 rounded-md border border-warn bg-warn-soft px-3 py-2 shadow-panel"
    >
      <p className="flex items-start gap-2">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
        <span>
          <strong className="font-semibold">{words.conflict.title}.</strong> {words.conflict.text}
        </span>
      </p>
      <div className="flex flex-wrap gap-2 pl-6">
        <Button size="sm" onClick={copy}>
          {words.conflict.copy}
        </Button>
        <Button size="sm" onClick={theirs} title={words.conflict.theirsHint}>
          {words.conflict.theirs}
        </Button>
      </div>
      <InlineError error={error} />
    </div>
  );
}
