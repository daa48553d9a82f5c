"use client";
/** Begin an audit: of a ZIP, of a folder of the server, of the package that it runs. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ChevronDown, FolderOpen, ShieldCheck, Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useId, useRef, useState } from "react";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { Menu } from "@/ui/menu";
import { tellFailure } from "@/ui/toast";
import { auditFolder, auditHref, auditSelf, auditZip } from "./queries";
import type { Audit } from "./types";
import { words } from "./words";

type Props = { isPrimary?: boolean; isOnlyUpload?: boolean };

export function NewAudit({ isPrimary = false, isOnlyUpload = false }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState<number | null>(null);
  const [asksFolder, setAsksFolder] = useState(false);
  const opened = useOpened();
  const begin = useMutation({
    mutationFn: (work: () => Promise<Audit>) => work(),
    onSuccess: opened,
    onError: tellFailure,
  });
  const send = (file: File | undefined) => {
    if (!file) return;
    begin.mutate(() => auditZip(file, ({ sent, total }) => setShare(sent / total)), {
      onSettled: () => setShare(null),
    });
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept=".zip"
        aria-label={words.upload}
        onChange={(event) => {
          send(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      {!isOnlyUpload && (
        <Menu
          trigger={
            <Button disabled={begin.isPending}>
              {words.others}
              <ChevronDown />
            </Button>
          }
          items={[
            { label: words.folder, icon: <FolderOpen />, onSelect: () => setAsksFolder(true) },
            { label: words.own, icon: <ShieldCheck />, onSelect: () => begin.mutate(auditSelf) },
          ]}
        />
      )}
      <Button
        look={isPrimary ? "primary" : undefined}
        disabled={begin.isPending}
        onClick={() => input.current?.click()}
      >
        <Upload />
        {share === null ? words.upload : `${words.uploading} ${Math.floor(share * 100)} %`}
      </Button>
      {asksFolder && <AskFolder onClose={() => setAsksFolder(false)} />}
    </>
  );
}

/** Go to an audit that began. */
function useOpened() {
  const client = useQueryClient();
  const router = useRouter();
  return (audit: Audit) => {
    void client.invalidateQueries({ queryKey: ["audits", "list"] });
    router.push(auditHref(audit.id));
  };
}

function AskFolder({ onClose }: { onClose: () => void }) {
  const form = useId();
  const [path, setPath] = useState("");
  const opened = useOpened();
  const begin = useMutation({ mutationFn: auditFolder, onSuccess: opened });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.mutate(path.trim());
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.folder}
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={form} look="primary" disabled={path.trim() === "" || begin.isPending}>
            {words.begin}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-3">
        <Field label={words.path} help={words.folderHelp} error={fieldError(begin.error, "path")}>
          {(wired) => (
            <Input {...wired} value={path} onChange={(event) => setPath(event.target.value)} autoComplete="off" />
          )}
        </Field>
        <FormError error={fieldError(begin.error, "path") ? null : begin.error} />
      </form>
    </Dialog>
  );
}
