"use client";
/** The one time that a secret is seen. */
import { Button } from "./button";
import { CopyLine } from "./copy-line";
import { Dialog } from "./dialog";

type Props = { title: string; what: string; secret: string; onClose: () => void };

export function SecretOnce({ title, what, secret, onClose }: Props) {
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={title}
      description="Copy it now. It is shown this once and kept only as a hash."
      width="md"
      actions={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <CopyLine what={what} text={secret} />
    </Dialog>
  );
}
