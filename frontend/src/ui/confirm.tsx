"use client";

import type { ReactNode } from "react";
import { useState } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { InlineError } from "./error-state";

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Names the object. */
  title: string;
  /** What goes with it. */
  children: ReactNode;
  verb: string;
  onConfirm: () => Promise<unknown>;
};

/** Asked before something is destroyed. */
export function Confirm({ open, onOpenChange, title, children, verb, onConfirm }: Props) {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const confirm = async () => {
    setIsBusy(true);
    setError(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (reason) {
      setError(reason);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Keep</Button>
          <Button look="danger" disabled={isBusy} onClick={confirm}>
            {verb}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        <div>{children}</div>
        <InlineError error={error} />
      </div>
    </Dialog>
  );
}
