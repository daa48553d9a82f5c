"use client";
/** The right panel: the node's settings, the data at it, and its results. */
import { FastForward, History, Info, Play, TriangleAlert } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import type { Dataset, Kinds } from "@/api/types";
import type { Cards } from "@/canvas/ports";
import type { NodeDocument } from "@/canvas/types";
import { focusItem, type RunTarget } from "@/canvas/use-actions";
import { FormContext, type FormSurroundings } from "@/forms/form-context";
import type { JsonSchema } from "@/forms/schema";
import { SchemaForm } from "@/forms/schema-form";
import { formatCount } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { Markdown, MarkdownLine, unwrapped } from "@/ui/markdown";
import { Tabs } from "@/ui/tabs";
import { incoming, ofDataset, offered } from "./columns";
import { NodeData } from "./node-data";
import { NodeResults } from "./node-results";
import type { Editor } from "./use-editor";
import { words } from "./words";

type Props = {
  editor: Editor;
  node: NodeDocument;
  cards: Cards;
  kinds: Kinds;
  datasets: readonly Dataset[];
  names: ReadonlyMap<string, string>;
  readOnly: boolean;
  /** Somebody opened the node by keyboard: the panel takes the focus, once. */
  wantsFocus: boolean;
  onFocusTaken: () => void;
  onRun: (target: RunTarget) => void;
};

export function NodePanel(props: Props) {
  const { editor, node, cards, readOnly, wantsFocus, onFocusTaken, onRun } = props;
  const [tab, setTab] = useParam("tab");
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wantsFocus) return;
    panel.current?.querySelector<HTMLElement>("[role=tab][data-state=active]")?.focus();
    onFocusTaken();
  }, [wantsFocus, onFocusTaken]);
  const card = cards.get(node.kind);
  const hasRows = card?.outputs.some((port) => port.shape === "table") ?? false;
  const runHere = <RunHere editor={editor} node={node} onRun={onRun} />;
  const fallback = readOnly ? "results" : "form";
  const tabs = [
    { value: "form", label: words.panel.form, content: <NodeForm {...props} /> },
    ...(hasRows
      ? [
          {
            value: "data",
            label: words.panel.data,
            content: <NodeData editor={editor} node={node} runHere={runHere} />,
          },
        ]
      : []),
    {
      value: "results",
      label: words.panel.results,
      content: <NodeResults editor={editor} node={node} runHere={runHere} />,
    },
  ];
  const shown = tabs.some(({ value }) => value === tab) ? (tab as string) : fallback;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    focusItem(document, node.id);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape in any field leads back to the canvas
    <div ref={panel} className="flex min-h-0 flex-1 flex-col" onKeyDown={readOnly ? undefined : onKeyDown}>
      <Notices editor={editor} node={node} />
      <Tabs label={words.panel.tabs} tabs={tabs} value={shown} onChange={(next) => setTab(next, "replace")} />
    </div>
  );
}

function RunHere({ editor, node, onRun }: Pick<Props, "editor" | "node" | "onRun">) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        size="sm"
        title={words.editor.runHereHint}
        disabled={editor.isLive}
        onClick={() => onRun({ until: node.id, anew: null })}
      >
        <Play />
        {words.editor.runHere}
      </Button>
      <Button
        size="sm"
        title={words.editor.runFromHint}
        disabled={editor.isLive}
        onClick={() => onRun({ until: null, anew: node.id })}
      >
        <FastForward />
        {words.editor.runFrom}
      </Button>
    </div>
  );
}

/** What a reader of this node must know, whatever the page: why it is out of date, and what it found in the data. */
function Notices({ editor, node }: Pick<Props, "editor" | "node">) {
  const state = editor.states.get(node.id);
  if (!state) return null;
  const isFailed = state.state === "failed";
  const isStale = isFailed || (state.freshness === "stale" && state.state !== "running" && state.state !== "waiting");
  if (!isStale && state.findings.length === 0) return null;
  return (
    <div className="grid gap-2 border-line border-b px-4 py-3 text-sm">
      {isStale && (
        <p className={isFailed ? "flex items-start gap-2 text-bad" : "flex items-start gap-2 text-warn"}>
          <History aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            <strong className="font-semibold">{isFailed ? words.panel.failed : words.panel.outOfDate}.</strong>{" "}
            {state.reason}
          </span>
        </p>
      )}
      {state.findings.length > 0 && (
        <ul aria-label={words.panel.findings} className="grid gap-2">
          {state.findings.map((finding) => {
            const isInfo = finding.severity === "info";
            const Icon = isInfo ? Info : TriangleAlert;
            return (
              <li key={`${finding.rule} ${finding.message}`} className="flex items-start gap-2">
                <Icon
                  aria-label={finding.severity}
                  className={isInfo ? "mt-0.5 size-4 shrink-0 text-info" : "mt-0.5 size-4 shrink-0 text-warn"}
                />
                <span>{finding.message}</span>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function NodeForm({ editor, node, cards, kinds, datasets, readOnly, onRun }: Props) {
  const card = cards.get(node.kind);
  const columns = useMemo(
    () => offered(editor.graph, editor.schemas, node.id, datasets),
    [editor.graph, editor.schemas, node.id, datasets],
  );
  const datasetColumns = useMemo(
    () => ofDataset(editor.graph, editor.schemas, node.id, datasets),
    [editor.graph, editor.schemas, node.id, datasets],
  );
  const task = incoming(editor.graph, editor.schemas, node.id)?.task ?? null;
  const surroundings = useMemo<FormSurroundings>(
    () => ({
      columns,
      datasetColumns,
      task,
      datasets: datasets.map(choiceOf),
      engines: new Map(
        (kinds.engine ?? []).map((engine) => [
          engine.kind,
          {
            title: engine.title,
            summary: engine.summary,
            unavailable: engine.unavailable_reason,
            tasks: engine.tasks ?? [],
          },
        ]),
      ),
      readOnly,
    }),
    [columns, datasetColumns, task, datasets, kinds.engine, readOnly],
  );
  const own = editor.problems.filter((problem) => problem.node === node.id);
  if (!card) return <p className="p-4 text-bad">{words.panel.unknownKind(node.kind)}</p>;
  const general = own.filter((problem) => !problem.field);
  const [summary, ...page] = card.page.split("\n\n");
  return (
    <FormContext value={surroundings}>
      <div className="grid gap-4 p-4">
        <p className="text-muted text-sm">
          <MarkdownLine text={unwrapped(summary ?? "")} />
        </p>
        {general.length > 0 && (
          <ul aria-label={words.panel.otherProblems} className="grid gap-1">
            {general.map((problem) => (
              <li
                key={problem.message}
                className={problem.severity === "error" ? "text-bad text-sm" : "text-sm text-warn"}
              >
                {problem.message}
              </li>
            ))}
          </ul>
        )}
        <SchemaForm
          schema={card.schema as JsonSchema}
          values={node.parameters}
          problems={own.flatMap((problem) => (problem.field ? [{ ...problem, field: problem.field }] : []))}
          onChange={(values) => editor.store.getState().setParameters(node.id, { ...values })}
        />
        <Field label={words.panel.title} help={words.panel.titleHelp}>
          {(wired) => (
            <Input
              {...wired}
              disabled={readOnly}
              maxLength={200}
              placeholder={card.title}
              value={node.title ?? ""}
              onChange={(event) => editor.store.getState().setTitle(node.id, event.target.value || null)}
            />
          )}
        </Field>
        {page.length > 0 && (
          <details>
            <summary className="text-muted text-sm hover:text-text">{words.panel.about}</summary>
            <div className="grid gap-2 pt-2 text-muted text-sm [&_li]:mb-1 [&_ul]:list-disc [&_ul]:pl-4">
              <Markdown text={unwrapped(page.join("\n\n"))} />
            </div>
          </details>
        )}
        {!readOnly && <RunHere editor={editor} node={node} onRun={onRun} />}
      </div>
    </FormContext>
  );
}

function choiceOf(dataset: Dataset) {
  const detail = dataset.n_rows === null ? dataset.state : `${formatCount(dataset.n_rows)} × ${dataset.n_columns ?? 0}`;
  return { id: dataset.id, name: dataset.name, detail };
}
