"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import type { NewKey } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { words } from "./words";

/** The one time that the secret is seen. */
export function KeySecret({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(made.key);
    setIsCopied(true);
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.keys.onceTitle(made.name)}
      description={words.keys.once}
      width="md"
      actions={
        <Button look="primary" onClick={onClose}>
          {words.keys.done}
        </Button>
      }
    >
      <div className="flex items-start gap-2">
        <code className="min-w-0 flex-1 select-all break-all rounded-md border border-line bg-sunken px-2 py-1.5 font-mono text-sm">
          {made.key}
        </code>
        <Button onClick={copy}>
          {isCopied ? <Check /> : <Copy />}
          {isCopied ? words.keys.copied : words.keys.copy}
        </Button>
      </div>
    </Dialog>
  );
}
