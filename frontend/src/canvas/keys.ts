/** Which key does what on the canvas. */

export type KeyAction =
  | "search"
  | "connect"
  | "open"
  | "rename"
  | "next"
  | "previous"
  | "runHere"
  | "runFrom"
  | "run"
  | "undo"
  | "redo"
  | "duplicate"
  | "selectAll"
  | "delete"
  | "clear"
  | "fit"
  | "zoomIn"
  | "zoomOut"
  | "zoomFull"
  | "align"
  | "arrange"
  | "note"
  | "group"
  | "ungroup"
  | "fold"
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
  if (key === "r" && pressed.shiftKey) return "runFrom";
  return PLAIN[key] ?? null;
}

const PLAIN: Record<string, KeyAction> = {
  "/": "search",
  c: "connect",
  Enter: "open",
  F2: "rename",
  "]": "next",
  "[": "previous",
  r: "runHere",
  f: "fit",
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
  "1": "zoomFull",
  a: "align",
  l: "arrange",
  n: "note",
  "?": "keys",
  Delete: "delete",
  Backspace: "delete",
  Escape: "clear",
};

/** Copy, cut and paste are the browser's own events, not keys: see `use-clipboard`. */
function withControl(key: string, shift: boolean): KeyAction | null {
  if (key === "z") return shift ? "redo" : "undo";
  if (key === "g") return shift ? "ungroup" : "group";
  const actions: Record<string, KeyAction> = {
    y: "redo",
    d: "duplicate",
    a: "selectAll",
    e: "fold",
    Enter: "run",
  };
  return actions[key] ?? null;
}

/** Keys that leave the document as it is: all that a canvas which is only read listens to. */
const READS: ReadonlySet<KeyAction> = new Set<KeyAction>([
  "fit",
  "zoomIn",
  "zoomOut",
  "zoomFull",
  "keys",
  "clear",
  "open",
  "next",
  "previous",
]);
export const isForReaders = (action: KeyAction) => READS.has(action);

const FIELDS = "input, textarea, select, [contenteditable=true]";

/** Whether a key, or a clipboard event, was meant for something else: a text field, a dialog, text to copy. */
export function isMeantElsewhere(event: Event, action: KeyAction | "copy" | "cut" | "paste", canvas: Element): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[role=dialog], [role=menu], [role=listbox]")) return true;
  if (action === "run") return false;
  if (target?.closest(FIELDS)) return true;
  if (action === "search" || action === "keys") return false;
  if (action === "open" && target?.closest("button, a, summary")) return true;
  if ((action === "copy" || action === "cut") && !document.getSelection()?.isCollapsed) return true;
  return !target || !(target.contains(canvas) || canvas.contains(target));
}
