"use client";
/** Every save of a workflow: named, compared with another, or put back on the canvas. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { WorkflowVersion } from "@/api/types";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Checkbox, Field, Input } from "@/ui/field";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { labelVersion, versionsQuery } from "./library-queries";
import { words } from "./library-words";
import { getVersion, keys } from "./queries";
import type { Editor } from "./use-editor";
import { VersionDiff } from "./version-diff";

const text = words.versions;

type Props = { editor: Editor; readOnly: boolean; onClose: () => void };

export function Versions({ editor, readOnly, onClose }: Props) {
  const [isNamedOnly, setIsNamedOnly] = useState(false);
  const [compared, setCompared] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const versions = useInfiniteQuery(versionsQuery(editor.id, isNamedOnly));
  const items = versions.data?.pages.flatMap((page) => page.items) ?? [];
  const restore = async (n: number) => {
    try {
      const { graph } = await getVersion(editor.id, n);
      if (!graph) return;
      editor.store.getState().replace(graph);
      toast(text.restored(n));
      onClose();
    } catch (reason) {
      setError(reason);
    }
  };
  if (compared !== null)
    return (
      <Dialog open onOpenChange={(open) => !open && onClose()} title={words.diff.title} width="lg">
        <VersionDiff
          workflow={editor.id}
          versions={items}
          first={compared}
          second={otherThan(compared, editor.save.version, items)}
          onBack={() => setCompared(null)}
        />
      </Dialog>
    );
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={text.title} description={text.text} width="lg">
      <label className="flex items-center gap-2 pb-2 text-sm">
        <Checkbox checked={isNamedOnly} onChange={(event) => setIsNamedOnly(event.target.checked)} />
        {text.named}
      </label>
      <InlineError error={error} />
      {versions.isPending && <TableSkeleton label={text.title} rows={4} />}
      {versions.error && (
        <ErrorState error={versions.error} title={text.loadFailed} retry={() => void versions.refetch()} />
      )}
      {versions.isSuccess && isNamedOnly && items.length === 0 && <p className="py-4 text-muted">{text.noneNamed}</p>}
      <ul className="grid">
        {items.map((version) => (
          <Item
            key={version.number}
            workflow={editor.id}
            version={version}
            isCurrent={version.number === editor.save.version}
            readOnly={readOnly}
            onCompare={items.length > 1 ? () => setCompared(version.number) : undefined}
            onRestore={() => void restore(version.number)}
          />
        ))}
      </ul>
      {versions.hasNextPage && (
        <Button className="mt-2" onClick={() => void versions.fetchNextPage()}>
          {text.more}
        </Button>
      )}
    </Dialog>
  );
}

type ItemProps = {
  workflow: string;
  version: WorkflowVersion;
  isCurrent: boolean;
  readOnly: boolean;
  onCompare?: () => void;
  onRestore: () => void;
};

function Item({ workflow, version, isCurrent, readOnly, onCompare, onRestore }: ItemProps) {
  const [isNaming, setIsNaming] = useState(false);
  if (isNaming) return <Naming workflow={workflow} version={version} onDone={() => setIsNaming(false)} />;
  return (
    <li className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b py-1">
      <span className="numbers w-24 shrink-0 font-medium">{text.item(version.number)}</span>
      <span className="grid min-w-40 flex-1 text-sm">
        {version.label && <span className="break-words">{version.label}</span>}
        <span className="text-muted">
          <RelativeTime at={version.saved_at} /> · {text.nodes(version.n_nodes)}
        </span>
      </span>
      {isCurrent && <Badge tone="accent">{text.current}</Badge>}
      <span className="flex gap-1">
        {!readOnly && (
          <Button size="sm" look="quiet" aria-label={text.nameNamed(version.number)} onClick={() => setIsNaming(true)}>
            {text.name}
          </Button>
        )}
        {onCompare && (
          <Button size="sm" look="quiet" aria-label={text.compareNamed(version.number)} onClick={onCompare}>
            {text.compare}
          </Button>
        )}
        {!readOnly && !isCurrent && (
          <Button size="sm" onClick={onRestore}>
            {text.restore}
          </Button>
        )}
      </span>
    </li>
  );
}

function Naming({ workflow, version, onDone }: { workflow: string; version: WorkflowVersion; onDone: () => void }) {
  const client = useQueryClient();
  const [label, setLabel] = useState(version.label ?? "");
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await labelVersion(workflow, version.number, label);
      await client.invalidateQueries({ queryKey: keys.versions(workflow) });
      onDone();
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <li className="border-line border-b py-2">
      <form onSubmit={submit} className="grid gap-2">
        <Field label={text.label(version.number)} help={text.labelHelp}>
          {(wired) => (
            <Input
              {...wired}
              autoFocus
              value={label}
              maxLength={100}
              onChange={(event) => setLabel(event.target.value)}
            />
          )}
        </Field>
        <InlineError error={error} />
        <div className="flex justify-end gap-2">
          <Button size="sm" look="quiet" onClick={onDone}>
            {text.cancel}
          </Button>
          <Button size="sm" type="submit">
            {text.save}
          </Button>
        </div>
      </form>
    </li>
  );
}

/** Compare with the current version; the current one with the one before it. */
function otherThan(n: number, current: number, versions: WorkflowVersion[]): number {
  if (n !== current) return current;
  return versions.find(({ number }) => number < n)?.number ?? n;
}
