"use client";
/** The document that a citation names, beside the answer, with the exact words highlighted and in sight. */
import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import Link from "next/link";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Panel } from "@/ui/panel";
import { documentHref } from "../places";
import { DocumentBody } from "../viewer/document-body";
import { textQuery } from "../viewer/queries";
import { TextSkeleton } from "../viewer/text-skeleton";
import type { OpenPlace } from "./use-passage";
import { words } from "./words";

type Props = { place: OpenPlace; onClose: () => void };

export function PassagePanel({ place, onClose }: Props) {
  const text = useQuery(textQuery(place.document_id, place.text_hash));
  return (
    <Panel
      open
      width={480}
      onClose={onClose}
      title={text.data?.title ?? words.passage}
      actions={
        <Button look="quiet" size="icon-sm" asChild>
          <Link href={documentHref(place)} aria-label={words.whole} title={words.whole}>
            <ExternalLink />
          </Link>
        </Button>
      }
    >
      {text.isPending && <TextSkeleton />}
      {text.error && <ErrorState title={words.failed} error={text.error} retry={() => void text.refetch()} />}
      {text.data && (
        <div className="p-4">
          <DocumentBody document={text.data} stretch={[place.start, place.end]} />
        </div>
      )}
    </Panel>
  );
}
