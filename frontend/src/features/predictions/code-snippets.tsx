"use client";
/** The same call from a shell and from Python. */
import { Copy } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { address } from "@/api/client";
import type { Cell } from "@/api/types";
import { Button } from "@/ui/button";
import { Tabs } from "@/ui/tabs";
import { toast } from "@/ui/toast";
import { curlSnippet, pythonSnippet } from "./snippets";
import { words } from "./words";

type Props = { id: string; row: Record<string, Cell>; version: number | null };

export function CodeSnippets({ id, row, version }: Props) {
  const [tab, setTab] = useState("curl");
  const url = `${window.location.origin}${address(`/endpoints/${id}/calls`)}`;
  const tabs = [
    { value: "curl", label: words.code.curl, content: <Snippet text={curlSnippet(url, row, version)} /> },
    { value: "python", label: words.code.python, content: <Snippet text={pythonSnippet(url, row, version)} /> },
  ];
  return (
    <div className="grid min-w-0 gap-2">
      <p className="text-muted text-sm">
        {words.code.text}{" "}
        <Link href="/settings/" className="inline-flex min-h-6 items-center text-accent hover:underline">
          {words.code.settings}
        </Link>
      </p>
      <div className="min-w-0 rounded-md border border-line">
        <Tabs label={words.code.title} tabs={tabs} value={tab} onChange={setTab} />
      </div>
    </div>
  );
}

function Snippet({ text }: { text: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    toast(words.code.copied);
  };
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: code that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="max-h-72 overflow-auto p-3 pr-12 font-mono text-xs leading-relaxed">
        {text}
      </pre>
      <Button
        look="quiet"
        size="icon-sm"
        className="absolute top-1 right-1"
        aria-label={words.code.copy}
        onClick={() => void copy()}
      >
        <Copy />
      </Button>
    </div>
  );
}
