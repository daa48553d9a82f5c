"use client";
/** A place for one file: dropped, or chosen by the button inside. */
import { cx } from "class-variance-authority";
import { FileUp } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { formatBytes } from "@/lib/format";
import { Button } from "./button";

type Props = {
  /** What the chooser of the browser is called by assistive technology. */
  label: string;
  /** Endings that the chooser offers, with commas. */
  accept: string;
  file: { name: string; size: number } | null;
  onFile: (file: File) => void;
  /** Beside the button: before a file is chosen, and on the button before and after. */
  texts: { drop: string; choose: string; another: string };
  /** Which files are taken. */
  children: ReactNode;
};

export function FileDrop({ label, accept, file, onFile, texts, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const take = (files: FileList | null) => files?.[0] && onFile(files[0]);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    take(event.dataTransfer.files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut for the button inside
    <div
      className={cx(
        "grid min-h-36 place-content-center justify-items-center gap-2 rounded-md border border-dashed px-4 py-5 text-center",
        isOver ? "border-accent bg-accent-soft" : "border-control bg-surface",
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      {file ? (
        <p className="max-w-full break-all font-medium">
          {file.name} <span className="font-normal text-muted">{formatBytes(file.size)}</span>
        </p>
      ) : (
        <p className="text-muted max-md:hidden">{texts.drop}</p>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        aria-label={label}
        onChange={(event) => {
          take(event.target.files);
          event.target.value = "";
        }}
      />
      <Button onClick={() => input.current?.click()}>
        <FileUp />
        {file ? texts.another : texts.choose}
      </Button>
      <p className="text-muted text-sm">{children}</p>
    </div>
  );
}
