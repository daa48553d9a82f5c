"use client";
/** A place for files and folders: dropped, or chosen by the buttons inside. */
import { cx } from "class-variance-authority";
import { FileUp, FolderUp, X } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { formatBytes } from "@/lib/format";
import { Button } from "@/ui/button";
import { ACCEPTED, fromChooser, fromDrop, type Picked } from "./files";
import { words } from "./words";

type Props = {
  picked: readonly Picked[];
  onPick: (picked: Picked[]) => void;
  /** Which files are taken. */
  children: ReactNode;
};

export function PickFiles({ picked, onPick, children }: Props) {
  const [isOver, setIsOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    void fromDrop(event.dataTransfer).then(onPick);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut for the buttons inside
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
      {picked.length > 0 ? (
        <Chosen picked={picked} onClear={() => onPick([])} />
      ) : (
        <>
          <p className="text-muted max-md:hidden">{words.drop}</p>
          <div className="flex flex-wrap justify-center gap-2">
            <Choose label={words.filesLabel} onPick={onPick} />
            <Choose label={words.folderLabel} onPick={onPick} isFolder />
          </div>
        </>
      )}
      <p className="text-muted text-sm">{children}</p>
    </div>
  );
}

function Chosen({ picked, onClear }: { picked: readonly Picked[]; onClear: () => void }) {
  const size = picked.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <p className="flex max-w-full items-center gap-2">
      <span className="min-w-0 break-all font-medium">
        {words.picked(picked.length, picked[0]?.path ?? "")}{" "}
        <span className="font-normal text-muted">{formatBytes(size)}</span>
      </span>
      <Button look="quiet" size="icon-sm" aria-label={words.clear} title={words.clear} onClick={onClear}>
        <X />
      </Button>
    </p>
  );
}

type ChooseProps = { label: string; isFolder?: boolean; onPick: (picked: Picked[]) => void };

function Choose({ label, isFolder = false, onPick }: ChooseProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        {...(isFolder ? { webkitdirectory: "" } : { accept: ACCEPTED })}
        onChange={(event) => {
          onPick(fromChooser(event.target.files));
          event.target.value = "";
        }}
      />
      <Button onClick={() => input.current?.click()}>
        {isFolder ? <FolderUp /> : <FileUp />}
        {isFolder ? words.chooseFolder : words.chooseFiles}
      </Button>
    </>
  );
}
