"use client";
import { useQuery } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { useState } from "react";
/** Code that calls the endpoint, made by the server from its signature, ready to copy. */
import type { Snippet } from "@/api/types";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Tabs } from "@/ui/tabs";
import { toast } from "@/ui/toast";
import { snippetsQuery } from "./queries";
import { words } from "./words";

export function Snippets({ id }: { id: string }) {
  const snippets = useQuery(snippetsQuery(id));
  return (
    <Section title={words.code.title}>
      <p className="text-muted text-sm">{words.code.help}</p>
      {snippets.isPending && (
        <div role="status" aria-label={words.code.loading}>
          <Skeleton className="h-72" />
        </div>
      )}
      {snippets.error && (
        <ErrorState title={words.code.failed} error={snippets.error} retry={() => void snippets.refetch()} />
      )}
      {snippets.data && <ByLanguage snippets={snippets.data} />}
    </Section>
  );
}

const NAMES: Record<string, string> = { curl: "curl", bash: "curl", python: "Python", javascript: "JavaScript" };

function ByLanguage({ snippets }: { snippets: readonly Snippet[] }) {
  const languages = [...new Set(snippets.map(({ language }) => language))];
  const [open, setOpen] = useState(languages[0] ?? "");
  return (
    <div className="min-w-0 rounded-md border border-line">
      <Tabs
        label={words.code.languages}
        value={open}
        onChange={setOpen}
        tabs={languages.map((language) => ({
          value: language,
          label: NAMES[language] ?? language,
          content: (
            <div className="grid divide-y divide-line">
              {snippets
                .filter((each) => each.language === language)
                .map((each) => (
                  <Code key={each.title} snippet={each} />
                ))}
            </div>
          ),
        }))}
      />
    </div>
  );
}

function Code({ snippet: { title, code } }: { snippet: Snippet }) {
  const copy = async () => {
    await navigator.clipboard.writeText(code);
    toast(words.copied);
  };
  return (
    <figure className="relative min-w-0">
      <figcaption className="flex min-h-9 items-center justify-between gap-2 pr-1 pl-3 text-muted text-sm">
        {title}
        <Button
          look="quiet"
          size="icon-sm"
          aria-label={words.copy(title)}
          title={words.copy(title)}
          onClick={() => void copy()}
        >
          <Copy />
        </Button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: code that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="max-h-96 overflow-auto px-3 pb-3 font-mono text-xs leading-relaxed">
        {code}
      </pre>
    </figure>
  );
}
