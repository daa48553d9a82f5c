"use client";
/** What else can be done with an open workflow: rename, versions, schedule, export as file or Python. */
import { CalendarClock, Code, Ellipsis, FileDown, History, NotebookText, PanelLeft, Pencil } from "lucide-react";
import { useState } from "react";
import { address } from "@/api/client";
import { openApart } from "@/api/files";
import { download, fileName } from "@/lib/download";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/menu";
import { tellFailure, toast } from "@/ui/toast";
import { exportedFile } from "./library-queries";
import { words as library } from "./library-words";
import { Rename } from "./rename";
import { Schedule } from "./schedule";
import type { Editor } from "./use-editor";
import { Versions } from "./versions";
import { words } from "./words";

type Props = { editor: Editor; hasPalette: boolean; onPalette: () => void; readOnly: boolean };

export function EditorMenu({ editor, hasPalette, onPalette, readOnly }: Props) {
  const [open, setOpen] = useState<"rename" | "versions" | "schedule" | null>(null);
  const close = () => setOpen(null);
  const exportFile = async () => {
    try {
      const content = JSON.stringify(await exportedFile(editor.id), null, 1);
      download(fileName(editor.name, "workflow.json"), content, "application/json");
    } catch (reason) {
      toast(library.export.failed(reason instanceof Error ? reason.message : String(reason)), { tone: "bad" });
    }
  };
  const openCode = (format: "script" | "notebook") =>
    void openApart(address(`/workflows/${editor.id}/code`, { format })).catch(tellFailure);
  const edits = [
    { label: words.actions.rename, icon: <Pencil />, onSelect: () => setOpen("rename") },
    {
      label: hasPalette ? words.editor.hidePalette : words.editor.showPalette,
      icon: <PanelLeft />,
      onSelect: onPalette,
    },
  ];
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={words.editor.more}>
            <Ellipsis />
          </Button>
        }
        items={[
          ...(readOnly ? [] : edits),
          { label: words.editor.versions, icon: <History />, onSelect: () => setOpen("versions") },
          { label: library.schedule.open, icon: <CalendarClock />, onSelect: () => setOpen("schedule") },
          "line",
          { label: library.export.file, icon: <FileDown />, onSelect: () => void exportFile() },
          { label: library.export.script, icon: <Code />, onSelect: () => openCode("script") },
          { label: library.export.notebook, icon: <NotebookText />, onSelect: () => openCode("notebook") },
        ]}
      />
      {open === "rename" && (
        <Rename
          name={editor.name}
          onClose={close}
          onRename={async (name) => {
            editor.setName(name);
          }}
        />
      )}
      {open === "schedule" && <Schedule workflow={editor.id} readOnly={readOnly} onClose={close} />}
      {open === "versions" && <Versions editor={editor} readOnly={readOnly} onClose={close} />}
    </>
  );
}
