"use client";
/** What else can be done with an open workflow: rename, versions, its Python code. */
import { Code, Ellipsis, History, PanelLeft, Pencil } from "lucide-react";
import { useState } from "react";
import { address } from "@/api/client";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/menu";
import { Rename } from "./rename";
import type { Editor } from "./use-editor";
import { Versions } from "./versions";
import { words } from "./words";

type Props = { editor: Editor; hasPalette: boolean; onPalette: () => void; readOnly: boolean };

export function EditorMenu({ editor, hasPalette, onPalette, readOnly }: Props) {
  const [open, setOpen] = useState<"rename" | "versions" | null>(null);
  const close = () => setOpen(null);
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
          {
            label: words.editor.code,
            icon: <Code />,
            onSelect: () => window.open(address(`/workflows/${editor.id}/code`), "_blank", "noopener"),
          },
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
      {open === "versions" && <Versions editor={editor} readOnly={readOnly} onClose={close} />}
    </>
  );
}
