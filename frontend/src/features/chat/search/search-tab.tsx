"use client";
/** What retrieval finds for a question, and why: to see what an answer would be made from. */
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { type FormEvent, useState } from "react";
import { formatSeconds } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Input } from "@/ui/field";
import { TableSkeleton } from "@/ui/skeleton";
import type { Collection } from "../types";
import { EvidenceList } from "./evidence-list";
import { PassageItem } from "./passage-item";
import { type Retrieved, searchQuery } from "./queries";
import { words } from "./words";

export function SearchTab({ collection }: { collection: Collection }) {
  const [asked, setAsked] = useParam("q");
  const [typed, setTyped] = useState(asked ?? "");
  const found = useQuery(searchQuery(collection.id, asked ?? ""));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(typed.trim());
  };
  return (
    <div className="h-full overflow-y-auto p-4">
      <form className="flex max-w-3xl gap-2" onSubmit={submit}>
        <Input
          type="search"
          dir="auto"
          maxLength={4000}
          aria-label={words.label}
          placeholder={words.placeholder}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" look="primary" disabled={typed.trim() === ""}>
          <Search />
          {words.verb}
        </Button>
      </form>
      <p className="max-w-[72ch] pt-1 text-muted text-sm">{words.help}</p>
      <div className="pt-4">
        {found.isFetching && !found.data && <TableSkeleton label={words.searching} rows={5} />}
        {found.error && <ErrorState title={words.failed} error={found.error} retry={() => void found.refetch()} />}
        {found.data && <Found found={found.data} asked={asked ?? ""} />}
      </div>
    </div>
  );
}

function Found({ found, asked }: { found: Retrieved; asked: string }) {
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_18rem]">
      <section aria-label={words.results} className="grid grid-cols-1 content-start gap-2">
        <p role="status" className="numbers text-muted text-sm">
          {words.found(found.passages.length, formatSeconds(found.seconds))}
          {found.searched_for !== asked && ` · ${words.searchedFor(found.searched_for)}`}
        </p>
        {found.passages.length === 0 && <p>{words.none}</p>}
        <ol className="grid grid-cols-1 gap-2">
          {found.passages.map((passage, index) => (
            <PassageItem key={passage.chunk_ids.join(" ")} passage={passage} place={index + 1} />
          ))}
        </ol>
      </section>
      <EvidenceList found={found} />
    </div>
  );
}
