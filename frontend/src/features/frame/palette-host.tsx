"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";

const Palette = dynamic(() => import("./palette").then((module) => module.Palette));
const OPEN = "modelyard:palette";

export const openPalette = () => window.dispatchEvent(new Event(OPEN));

/** Listens for Ctrl/⌘-K everywhere; the palette itself arrives with its first use. */
export function PaletteHost() {
  const [isOpen, setIsOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  useEffect(() => {
    const open = () => {
      setWasOpened(true);
      setIsOpen(true);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      open();
    };
    window.addEventListener(OPEN, open);
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener(OPEN, open);
      window.removeEventListener("keydown", onKey);
    };
  }, []);
  return wasOpened ? <Palette open={isOpen} onOpenChange={setIsOpen} /> : null;
}
