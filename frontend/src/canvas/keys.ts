/** Which key does what on the canvas. */

export type KeyAction =
  | "search"
  | "connect"
  | "runHere"
  | "run"
  | "undo"
  | "redo"
  | "copy"
  | "paste"
  | "duplicate"
  | "selectAll"
  | "delete"
  | "clear"
  | "fit"
  | "arrange"
  | "keys"
  | { nudge: readonly [number, number] };

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const FAR = 4;

export function actionOf(pressed: Pressed): KeyAction | null {
  if (pressed.altKey) return null;
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  if (pressed.ctrlKey || pressed.metaKey) return withControl(key, pressed.shiftKey);
  const arrow = ARROWS[key];
  if (arrow) {
    const far = pressed.shiftKey ? FAR : 1;
    return { nudge: [arrow[0] * far, arrow[1] * far] };
  }
  return PLAIN[key] ?? null;
}

const PLAIN: Record<string, KeyAction> = {
  "/": "search",
  c: "connect",
  r: "runHere",
  f: "fit",
  l: "arrange",
  "?": "keys",
  Delete: "delete",
  Backspace: "delete",
  Escape: "clear",
};

function withControl(key: string, shift: boolean): KeyAction | null {
  if (key === "z") return shift ? "redo" : "undo";
  const actions: Record<string, KeyAction> = {
    y: "redo",
    c: "copy",
    v: "paste",
    d: "duplicate",
    a: "selectAll",
    Enter: "run",
  };
  return actions[key] ?? null;
}

/** Keys that change the document: a canvas that is only read leaves them alone. */
const READS: ReadonlySet<KeyAction> = new Set<KeyAction>(["fit", "keys", "clear", "copy"]);
export const isForReaders = (action: KeyAction) => READS.has(action);

/** Whether the key was meant for something else: a text field, a dialog, a selection of text to copy. */
export function isMeantElsewhere(event: KeyboardEvent, action: KeyAction, canvas: Element): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[role=dialog], [role=menu], [role=listbox]")) return true;
  if (action === "run") return false;
  if (target?.closest("input, textarea, select, [contenteditable=true]")) return true;
  if (action === "search" || action === "keys") return false;
  if (action === "copy" && !document.getSelection()?.isCollapsed) return true;
  return !target || !(target.contains(canvas) || canvas.contains(target));
}
