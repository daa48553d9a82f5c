/** Copy, cut and paste through the system's clipboard, as text: also to another workflow, another yard, or a file. */
import { type RefObject, useEffect, useRef } from "react";
import type { Fragment } from "./fragment";
import { fromText, toText } from "./fragment";
import { isMeantElsewhere } from "./keys";
import type { CanvasStore } from "./store";
import { words } from "./words";

type Options = {
  store: CanvasStore;
  readOnly: boolean;
  /** Put the fragment where it can be seen; answers how many things were put. */
  onPaste: (fragment: Fragment) => number;
  say: (text: string) => void;
  refuse: (text: string) => void;
};

export function useClipboard(board: RefObject<HTMLElement | null>, options: Options) {
  const now = useRef(options);
  useEffect(() => {
    now.current = options;
  });
  useEffect(() => {
    const take = (event: ClipboardEvent) => {
      const { store, readOnly, onPaste, say, refuse } = now.current;
      const action = event.type as "copy" | "cut" | "paste";
      if (!board.current || event.defaultPrevented || isMeantElsewhere(event, action, board.current)) return;
      if (readOnly && action !== "copy") return;
      if (action === "paste") {
        const fragment = fromText(event.clipboardData?.getData("text/plain") ?? "");
        event.preventDefault();
        if (fragment) say(words.pasted(onPaste(fragment)));
        else refuse(words.notNodes);
        return;
      }
      const fragment = action === "cut" ? store.getState().cut() : store.getState().copied();
      if (!fragment) return;
      event.preventDefault();
      event.clipboardData?.setData("text/plain", toText(fragment));
      say(words.copied(fragment.nodes.length + fragment.notes.length));
    };
    const kinds = ["copy", "cut", "paste"] as const;
    for (const kind of kinds) window.addEventListener(kind, take);
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, take);
    };
  }, [board]);
}
