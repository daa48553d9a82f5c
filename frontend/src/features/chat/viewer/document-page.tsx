"use client";
/** One document with the passage that the address names; its chunks, or an explanation or translation, beside it. */
import { useQuery } from "@tanstack/react-query";
import { ExternalLink, Languages, Rows3 } from "lucide-react";
import Link from "next/link";
import { isNotFound } from "@/api/client";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { collectionHref, collectionsHref, documentHref, stretchOf } from "../places";
import { collectionQuery } from "../queries";
import type { DocumentText } from "../types";
import { words as shared } from "../words";
import { ChunkPanel } from "./chunk-panel";
import { DocumentBody } from "./document-body";
import { documentQuery, textQuery } from "./queries";
import { TextSkeleton } from "./text-skeleton";
import { VariantPanel } from "./variant-panel";
import { words } from "./words";

export function DocumentPage() {
  const [id] = useParam("id");
  const [version] = useParam("version");
  const text = useQuery(textQuery(id ?? "", version));
  const crumbs = useCrumbs(id ?? "");
  if (text.data) return <Loaded document={text.data} crumbs={crumbs} />;
  const isGone = isNotFound(text.error);
  return (
    <Page title={words.one} crumbs={crumbs}>
      {text.error ? (
        <ErrorState
          title={words.failed}
          error={isGone ? new Error(words.gone) : text.error}
          retry={isGone ? undefined : () => void text.refetch()}
          actions={
            <Button asChild>
              <Link href={collectionsHref}>{words.toCollections}</Link>
            </Button>
          }
        />
      ) : (
        <TextSkeleton />
      )}
    </Page>
  );
}

type Crumb = { label: string; href: string };

/** To the collection, by its name once that is known. */
function useCrumbs(id: string): Crumb[] {
  const collectionId = useQuery({ ...documentQuery(id), enabled: id !== "" }).data?.collection_id;
  const collection = useQuery({ ...collectionQuery(collectionId ?? ""), enabled: collectionId !== undefined }).data;
  if (!collection) return [{ label: shared.title, href: collectionsHref }];
  return [{ label: collection.name, href: collectionHref(collection.id, "documents") }];
}

type Beside = "chunks" | "variants";

function Loaded({ document, crumbs }: { document: DocumentText; crumbs: Crumb[] }) {
  const [at, setAt] = useParam("at");
  const [beside, setBeside] = useParam("beside");
  const stretch = stretchOf(at);
  const toggle = (which: Beside) => setBeside(beside === which ? null : which, "replace");
  const close = () => setBeside(null, "replace");
  return (
    <Page
      fill
      title={document.title}
      crumbs={crumbs}
      actions={
        <>
          <Toggle
            isOn={beside === "variants"}
            label={words.variants.open}
            icon={<Languages />}
            onPress={() => toggle("variants")}
          />
          <Toggle isOn={beside === "chunks"} label={words.chunks} icon={<Rows3 />} onPress={() => toggle("chunks")} />
          {document.url && (
            <Button asChild>
              <a href={document.url} target="_blank" rel="noreferrer" aria-label={words.onSite}>
                <span className="max-md:hidden">{words.onSite}</span>
                <ExternalLink />
              </a>
            </Button>
          )}
        </>
      }
    >
      <div className="flex min-h-0 min-w-0 flex-1">
        <section
          aria-label={document.title}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
          tabIndex={0}
          className="min-h-0 min-w-0 flex-1 overflow-y-auto px-4 py-4 focus-visible:-outline-offset-2"
        >
          {!document.is_current && <Older id={document.id} />}
          <DocumentBody document={document} stretch={stretch} />
          {document.notes.length > 0 && <Notes notes={document.notes} />}
        </section>
        {beside === "chunks" && (
          <ChunkPanel id={document.id} openAt={at} onOpen={(next) => setAt(next, "replace")} onClose={close} />
        )}
        {beside === "variants" && (
          <VariantPanel id={document.id} onShow={(next) => setAt(next, "replace")} onClose={close} />
        )}
      </div>
    </Page>
  );
}

type ToggleProps = { isOn: boolean; label: string; icon: React.ReactNode; onPress: () => void };

const Toggle = ({ isOn, label, icon, onPress }: ToggleProps) => (
  <Button aria-pressed={isOn} aria-label={label} title={label} onClick={onPress}>
    {icon}
    <span className="max-lg:hidden">{label}</span>
  </Button>
);

function Older({ id }: { id: string }) {
  return (
    <p className="mb-4 flex max-w-[72ch] flex-wrap items-center gap-x-3 rounded-md border border-line bg-warn-soft px-3 py-2">
      {words.older}
      <Link href={documentHref({ document_id: id })} className="text-accent underline underline-offset-2">
        {words.asNow}
      </Link>
    </p>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  return (
    <aside
      aria-label={words.notes}
      className="mt-8 grid max-w-[72ch] gap-1 border-line border-t pt-3 text-muted text-sm"
    >
      <h2 className="font-medium">{words.notes}</h2>
      <ul className="grid gap-1">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </aside>
  );
}
