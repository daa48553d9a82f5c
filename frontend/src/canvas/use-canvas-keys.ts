/** Listens to the keys of the canvas, wherever on the page they are pressed and not meant for something else. */
import { type RefObject, useEffect, useRef } from "react";
import { actionOf, isForReaders, isMeantElsewhere, type KeyAction } from "./keys";

export function useCanvasKeys(
  board: RefObject<HTMLElement | null>,
  act: (action: KeyAction) => void,
  readOnly: boolean,
) {
  const actNow = useRef(act);
  useEffect(() => {
    actNow.current = act;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = actionOf(event);
      if (!action || !board.current || event.defaultPrevented) return;
      if (isMeantElsewhere(event, action, board.current) || (readOnly && !isForReaders(action))) return;
      event.preventDefault();
      actNow.current(action);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [board, readOnly]);
}
