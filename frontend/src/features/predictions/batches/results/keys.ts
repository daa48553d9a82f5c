/** What a key in the results does: move, correct with one press, choose, close. */
export type Move = { rows: number } | { to: "first" | "last" };
export type Action = Move | { correct: string } | "choose" | "close" | "copy";

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const MOST_BY_DIGIT = 9;

/** A class that is called as the digit is meant by it, as with stars; otherwise the digit is its place. */
export function classOfDigit(classes: readonly string[], digit: string): string | undefined {
  return classes.includes(digit) ? digit : classes[Number(digit) - 1];
}

type Key = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean };

export function actionOf(event: Key, classes: readonly string[] | null, page: number): Action | null {
  const { key } = event;
  if ((event.ctrlKey || event.metaKey) && key === "c") return "copy";
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (STEPS[key] !== undefined) return { rows: STEPS[key] };
  if (key === "PageDown") return { rows: page };
  if (key === "PageUp") return { rows: -page };
  if (key === "Home") return { to: "first" };
  if (key === "End") return { to: "last" };
  if (key === "Escape") return "close";
  if (key === "c" || key === "C") return "choose";
  if (classes && /^[0-9]$/.test(key) && Number(key) <= MOST_BY_DIGIT) {
    const name = classOfDigit(classes, key);
    return name === undefined ? null : { correct: name };
  }
  return null;
}
