"use client";
/** Where the rows come from: a file, pasted text, or a sample of what the model was trained on. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { systemQuery } from "@/api/account";
import type { Endpoint } from "@/api/types";
import { formatBytes } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Field, Textarea } from "@/ui/field";
import { FileDrop } from "@/ui/file-drop";
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
  const limit = useQuery(systemQuery()).data?.limits.max_upload_bytes;
  const { drop, choose, another } = words.create;
  return (
    <div className="mt-3">
      <FileDrop
        label={words.create.file}
        accept={ACCEPTED}
        file={source && { name: source.name, size: source.content.size }}
        onFile={(file) => onSource(fileSource(file))}
        texts={{ drop, choose, another }}
      >
        {words.create.formats}
        {limit !== undefined && `, ${words.create.upTo(formatBytes(limit))}`}
      </FileDrop>
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
