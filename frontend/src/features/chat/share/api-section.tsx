"use client";
import { Copy } from "lucide-react";
import { useState } from "react";
/** Programs that ask, ready to copy. */
import { apiOrigin } from "@/api/origin";
import { Button } from "@/ui/button";
import { CopyLine } from "@/ui/copy-line";
import { Section } from "@/ui/page";
import { Tabs } from "@/ui/tabs";
import { toast } from "@/ui/toast";
import type { Collection } from "../types";
import { type Snippet, snippetsOf, type Way } from "./snippets";
import { words as all } from "./words";

const words = all.api;

export function ApiSection({ collection }: { collection: Collection }) {
  const origin = apiOrigin();
  const [open, setOpen] = useState<Way>("curl");
  const snippets = snippetsOf({ origin, endpointId: collection.endpoint_id, name: collection.name });
  return (
    <Section title={words.title}>
      <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
      <CopyLine what={words.address} text={`POST ${origin}/api/v1/endpoints/${collection.endpoint_id}/calls`} />
      <div className="min-w-0 rounded-md border border-line">
        <Tabs
          label={words.languages}
          value={open}
          onChange={(way) => setOpen(way as Way)}
          tabs={snippets.map((snippet) => ({
            value: snippet.way,
            label: words.titles[snippet.way],
            content: <Code snippet={snippet} />,
          }))}
        />
      </div>
    </Section>
  );
}

function Code({ snippet: { way, code } }: { snippet: Snippet }) {
  const copy = async () => {
    await navigator.clipboard.writeText(code);
    toast(words.copied);
  };
  const label = words.copy(words.titles[way]);
  return (
    <div className="relative min-w-0">
      <Button
        look="quiet"
        size="icon-sm"
        className="absolute top-1 right-1"
        aria-label={label}
        title={label}
        onClick={() => void copy()}
      >
        <Copy />
      </Button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: code that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="max-h-96 overflow-auto p-3 pr-10 font-mono text-xs leading-relaxed">
        {code}
      </pre>
    </div>
  );
}
