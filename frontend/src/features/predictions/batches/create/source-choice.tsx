"use client";
/** Where the rows come from: a file, pasted text, or a sample of what the model was trained on. */
import { useQuery } from "@tanstack/react-query";
import { cx } from "class-variance-authority";
import { FileUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { systemQuery } from "@/api/account";
import type { Endpoint } from "@/api/types";
import { formatBytes } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Field, Textarea } from "@/ui/field";
import { Tabs } from "@/ui/tabs";
import { words } from "../words";
import type { Source } from "./sending";
import { fileSource, linesOf, pastedSource, sampleSource, textInput } from "./sources";

const ACCEPTED = ".csv,.tsv,.txt,.json,.jsonl,.ndjson,.parquet,.xlsx,.gz";
const WAYS = ["file", "paste", "sample"] as const;

type Props = { endpoint: Endpoint; source: Source | null; onSource: (source: Source | null) => void };

export function SourceChoice(props: Props) {
  const [from, setFrom] = useParam("from");
  const way = WAYS.find((each) => each === from) ?? "file";
  const choose = (next: string) => {
    props.onSource(null);
    setFrom(next === "file" ? null : next, "replace");
  };
  return (
    <div className="grid gap-3">
      <Tabs
        label={words.create.source}
        value={way}
        onChange={choose}
        isInset
        tabs={[
          { value: "file", label: words.create.file, content: <FromFile {...props} /> },
          { value: "paste", label: words.create.paste, content: <FromPaste {...props} /> },
          { value: "sample", label: words.create.sample, content: <FromSample {...props} /> },
        ]}
      />
    </div>
  );
}

function FromFile({ source, onSource }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const limit = useQuery(systemQuery()).data?.limits.max_upload_bytes;
  const take = (files: FileList | null) => files?.[0] && onSource(fileSource(files[0]));
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    take(event.dataTransfer.files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut for the button inside
    <div
      className={cx(
        "mt-3 grid min-h-40 place-content-center justify-items-center gap-2 rounded-md border border-dashed px-4 py-6 text-center",
        isOver ? "border-accent bg-accent-soft" : "border-control bg-surface",
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      {source ? (
        <p className="max-w-full break-all font-medium">
          {source.name} <span className="font-normal text-muted">{formatBytes(source.content.size)}</span>
        </p>
      ) : (
        <p className="text-muted max-md:hidden">{words.create.drop}</p>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept={ACCEPTED}
        aria-label={words.create.file}
        onChange={(event) => {
          take(event.target.files);
          event.target.value = "";
        }}
      />
      <Button onClick={() => input.current?.click()}>
        <FileUp />
        {source ? words.create.another : words.create.choose}
      </Button>
      <p className="text-muted text-sm">
        {words.create.formats}
        {limit !== undefined && `, ${words.create.upTo(formatBytes(limit))}`}
      </p>
    </div>
  );
}

function FromPaste({ endpoint, onSource }: Props) {
  const [text, setText] = useState("");
  const column = textInput(endpoint.signature);
  const change = (next: string) => {
    setText(next);
    onSource(next.trim() === "" ? null : pastedSource(next, column));
  };
  return (
    <div className="pt-3">
      <Field
        label={column === null ? words.create.pasteRows : words.create.pasteTexts(column)}
        aside={<span className="text-muted">{words.create.lines(linesOf(text).length)}</span>}
      >
        {(wired) => (
          <Textarea
            {...wired}
            dir="auto"
            spellCheck={false}
            className="min-h-40"
            placeholder={column === null ? endpoint.signature.inputs.map(({ name }) => name).join(",") : undefined}
            value={text}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}

function FromSample({ endpoint, source, onSource }: Props) {
  const sample = useQuery({
    queryKey: ["batches", "sample", endpoint.servable.id],
    queryFn: () => sampleSource(endpoint.servable.id, endpoint.signature),
    enabled: endpoint.servable.kind === "model",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isGone = sample.data === null || endpoint.servable.kind !== "model";
  return (
    <div className="grid justify-items-start gap-2 pt-3">
      {isGone ? (
        <p>{words.create.noSample}</p>
      ) : (
        <>
          <Button disabled={!sample.data} onClick={() => sample.data && onSource(sample.data)}>
            {words.create.useSample}
          </Button>
          {source && <p className="max-w-full break-words font-medium">{source.name}</p>}
          <p className="text-muted text-sm">{words.create.sampleHelp}</p>
          <InlineError error={sample.error} />
        </>
      )}
    </div>
  );
}
