"use client";
/** The draft as a document: copied, pasted, uploaded; taking it over puts the same into the form. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Copy, FileUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Field, Textarea } from "@/ui/field";
import { MarkdownLine } from "@/ui/markdown";
import { tellFailure, toast } from "@/ui/toast";
import { readDocument } from "../queries";
import { type Draft, draftOf } from "./draft";
import { words } from "./words";

type Props = {
  draft: Draft;
  /** What was typed or uploaded and is not in the form yet. */
  typed: string | null;
  onType: (text: string | null) => void;
  onTake: (draft: Draft) => void;
};

export function DocumentEditor({ draft, typed, onType, onTake }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const stated = JSON.stringify(draft, null, 2);
  const whole = useQuery({
    queryKey: ["experiments", "as yaml", stated],
    queryFn: () => readDocument(stated),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const text = typed ?? whole.data?.text ?? (whole.isError ? stated : "");
  const take = useMutation({
    mutationFn: readDocument,
    onSuccess: ({ document }) => {
      onTake(draftOf(document));
      toast(words.taken);
    },
  });
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    toast(words.copied);
  };
  return (
    <div className="grid min-w-0 grid-cols-1 gap-3">
      <input
        ref={input}
        type="file"
        hidden
        accept=".yaml,.yml,.json"
        aria-label={words.upload}
        onChange={(event) => {
          void event.target.files?.[0]?.text().then(onType).catch(tellFailure);
          event.target.value = "";
        }}
      />
      <Field
        label={words.documentText}
        help={<MarkdownLine text={words.documentHelp} />}
        error={typed === null && whole.isError ? words.notYetWhole : undefined}
        aside={
          <span className="flex gap-2">
            <Button size="sm" onClick={() => void copy()}>
              <Copy />
              {words.copy}
            </Button>
            <Button size="sm" onClick={() => input.current?.click()}>
              <FileUp />
              {words.upload}
            </Button>
          </span>
        }
      >
        {(wired) => (
          <Textarea
            {...wired}
            spellCheck={false}
            className="min-h-[60dvh] font-mono text-sm"
            value={text}
            onChange={(event) => onType(event.target.value)}
          />
        )}
      </Field>
      <InlineError error={take.error} />
      <div>
        <Button disabled={typed === null || take.isPending} onClick={() => take.mutate(text)}>
          {words.take}
        </Button>
      </div>
    </div>
  );
}
