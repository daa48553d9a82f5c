"use client";
/** Something to copy, such as an address or a key, whole and selectable. */
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "./button";

export function CopyLine({ what, text }: { what: string; text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
  };
  return (
    <div className="flex min-w-0 items-start gap-2">
      <code className="min-w-0 flex-1 select-all break-all rounded-md border border-line bg-sunken px-2 py-1.5 font-mono text-sm">
        {text}
      </code>
      <Button size="icon" aria-label={`Copy ${what}`} title={`Copy ${what}`} onClick={() => void copy()}>
        {isCopied ? <Check /> : <Copy />}
      </Button>
      <span role="status" className="sr-only">
        {isCopied && "Copied."}
      </span>
    </div>
  );
}
