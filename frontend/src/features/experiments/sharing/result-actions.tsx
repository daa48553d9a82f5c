"use client";
/** What can be done with the results of an attempt: take them away, show them to others, put a winner to use. */
import { Rocket, Share2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { words as inspect } from "../inspect/words";
import { PromoteDialog } from "../promotion/promote-dialog";
import { words as promotion } from "../promotion/words";
import { isLive } from "../queries";
import type { Attempt } from "../types";
import { ExportMenu } from "./export-menu";
import { ShareDialog } from "./share-dialog";
import { words } from "./words";

export function ResultActions({ attempt }: { attempt: Attempt }) {
  const [open, setOpen] = useState<"share" | "promote" | null>(null);
  const close = () => setOpen(null);
  const isCompared = attempt.has_results && !isLive(attempt.state);
  return (
    <>
      <ExportMenu attempt={attempt} />
      <Button disabled={!isCompared} title={isCompared ? undefined : words.notYet} onClick={() => setOpen("share")}>
        <Share2 />
        <span className="max-md:sr-only">{words.share}</span>
      </Button>
      <Button
        look="primary"
        disabled={!isCompared || attempt.is_recorded}
        title={attempt.is_recorded ? inspect.recordedHelp : undefined}
        onClick={() => setOpen("promote")}
      >
        <Rocket />
        <span className="max-md:sr-only">{promotion.promote}</span>
      </Button>
      {open === "share" && <ShareDialog attempt={attempt} onClose={close} />}
      {open === "promote" && <PromoteDialog attempt={attempt} onClose={close} />}
    </>
  );
}
