"use client";
/** One workflow on the canvas, with its settings at the right and its run below. */
import { useQuery } from "@tanstack/react-query";
import { Play, Square } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { isNotFound } from "@/api/client";
import { kindsQuery } from "@/api/kinds";
import type { Workflow } from "@/api/types";
import { Canvas } from "@/canvas/canvas";
import { titleOf } from "@/canvas/ports";
import type { RunTarget } from "@/canvas/use-actions";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { Panel, useIsPhone } from "@/ui/panel";
import { Skeleton } from "@/ui/skeleton";
import { Tooltip } from "@/ui/tooltip";
import { ConflictBanner } from "./conflict-banner";
import { Drawer } from "./drawer";
import { EditorMenu } from "./editor-menu";
import { NodePanel } from "./node-panel";
import { datasetsQuery, workflowQuery } from "./queries";
import { type Editor as EditorState, useEditor } from "./use-editor";
import { words } from "./words";

const crumbs = [{ label: words.title, href: "/workflows/" }];

/** Loads the workflow and the kinds, then hands over to the canvas. */
export function OpenWorkflow({ id }: { id: string }) {
  const workflow = useQuery(workflowQuery(id));
  const kinds = useQuery(kindsQuery);
  const error = workflow.error ?? kinds.error;
  if (error) {
    const retry = () => void Promise.all([workflow.refetch(), kinds.refetch()]);
    return (
      <Page title={words.title} crumbs={crumbs}>
        <ErrorState
          error={isNotFound(error) ? new Error(words.missing) : error}
          title={words.openFailed}
          retry={isNotFound(error) ? undefined : retry}
          actions={
            <Button asChild>
              <a href="/workflows/">{words.toList}</a>
            </Button>
          }
        />
      </Page>
    );
  }
  if (!workflow.data || !kinds.data) {
    return (
      <Page title={words.title} crumbs={crumbs} fill>
        <div role="status" aria-label={words.loading} className="flex flex-1">
          <div className="grid w-[200px] content-start gap-2 border-line border-r p-3 max-md:hidden">
            {[0, 1, 2, 3, 4, 5, 6].map((n) => (
              <Skeleton key={n} className="h-8" />
            ))}
          </div>
          <div className="flex flex-1 items-center gap-24 overflow-hidden p-12">
            {[0, 1, 2].map((n) => (
              <Skeleton key={n} className="h-24 w-[200px] shrink-0" />
            ))}
          </div>
        </div>
      </Page>
    );
  }
  return <Editor key={id} workflow={workflow.data} />;
}

function Editor({ workflow }: { workflow: Workflow }) {
  const editor = useEditor(workflow);
  const isPhone = useIsPhone();
  const kinds = useQuery(kindsQuery).data;
  const datasets = useQuery(datasetsQuery).data?.items;
  const cards = useMemo(() => new Map((kinds?.node ?? []).map((card) => [card.kind, card])), [kinds]);
  const names = useMemo(
    () =>
      new Map([
        ...(kinds?.engine ?? []).map((card) => [card.kind, card.title] as const),
        ...(datasets ?? []).map((dataset) => [dataset.id, dataset.name] as const),
      ]),
    [kinds, datasets],
  );
  const [hasPalette, setHasPalette] = useState(true);
  const [drawer, setDrawer] = useState<string | null>(null);
  const chosen = useChosenNode(editor);
  const node = editor.graph.nodes.find((n) => n.id === chosen);
  const run = (target: RunTarget) => void editor.start(target).then((started) => started && setDrawer("steps"));
  const [wantsFocus, setWantsFocus] = useState<string | null>(null);

  return (
    <Page
      title={editor.name}
      crumbs={crumbs}
      fill
      beside={<SaveNote editor={editor} />}
      actions={
        <>
          <EditorMenu
            editor={editor}
            hasPalette={hasPalette}
            onPalette={() => setHasPalette(!hasPalette)}
            readOnly={isPhone}
          />
          <RunButton editor={editor} onRun={() => run({ until: null, anew: null })} />
        </>
      }
    >
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <div className="flex min-h-0 flex-1">
          <div className="relative min-w-0 flex-1">
            <Canvas
              store={editor.store}
              cards={cards}
              states={editor.states}
              problems={editor.problems}
              names={names}
              readOnly={isPhone}
              showPalette={hasPalette && !isPhone}
              onRun={run}
              onOpen={(id) => {
                editor.store.getState().select([id]);
                setWantsFocus(id);
              }}
            >
              {editor.save.state === "conflict" && <ConflictBanner editor={editor} />}
              {isPhone && !node && (
                <p className="absolute inset-x-4 top-3 text-center text-muted text-sm">{words.editor.readOnly}</p>
              )}
            </Canvas>
          </div>
          <Panel
            open={node !== undefined}
            title={node ? titleOf(node, cards) : ""}
            onClose={() => editor.store.getState().select([])}
            width={380}
          >
            {node && (
              <NodePanel
                key={node.id}
                editor={editor}
                node={node}
                cards={cards}
                kinds={kinds ?? {}}
                datasets={datasets ?? []}
                names={names}
                readOnly={isPhone}
                wantsFocus={wantsFocus === node.id}
                onFocusTaken={() => setWantsFocus(null)}
                onRun={run}
              />
            )}
          </Panel>
        </div>
        <Drawer editor={editor} cards={cards} tab={drawer} readOnly={isPhone} onTab={setDrawer} />
      </div>
    </Page>
  );
}

/** The one selected node; the address says which, so that it can be linked and reloaded. */
function useChosenNode(editor: EditorState): string | null {
  const { store } = editor;
  useEffect(() => {
    const linked = new URLSearchParams(window.location.search).get("node");
    if (linked) store.getState().select([linked]);
  }, [store]);
  const chosen =
    useStore(store, (state) => (state.selectedNodes.size === 1 ? [...state.selectedNodes][0] : null)) ?? null;
  useEffect(() => {
    const url = new URL(window.location.href);
    if (chosen) url.searchParams.set("node", chosen);
    else url.searchParams.delete("node");
    if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
  }, [chosen]);
  return chosen;
}

function SaveNote({ editor }: { editor: EditorState }) {
  const { state } = editor.save;
  const isBad = state === "failed" || state === "conflict";
  return (
    <span role="status" className={isBad ? "shrink-0 text-bad text-sm" : "shrink-0 text-muted text-sm"}>
      {words.editor[state]}
    </span>
  );
}

function RunButton({ editor, onRun }: { editor: EditorState; onRun: () => void }) {
  if (editor.isLive) {
    const isCancelling = editor.run?.is_cancelling ?? false;
    return (
      <Button look="danger" disabled={isCancelling} onClick={() => void editor.cancel()}>
        <Square />
        {isCancelling ? words.editor.cancelling : words.editor.cancel}
      </Button>
    );
  }
  return (
    <Tooltip text={words.editor.runHint} side="bottom">
      <Button look="primary" disabled={editor.graph.nodes.length === 0} onClick={onRun}>
        <Play />
        {words.editor.run}
      </Button>
    </Tooltip>
  );
}
