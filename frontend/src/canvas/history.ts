/** Undo and redo over immutable documents. Edits with the same key in a row count as one step. */

const DEPTH = 200;
/** Typing into one field, or holding an arrow key, is one step as long as the pauses stay under this. */
const JOIN_WITHIN_MS = 1000;

export type History<T> = {
  present: T;
  past: readonly T[];
  future: readonly T[];
  key: string | null;
  at: number;
};

export const startHistory = <T>(present: T): History<T> => ({ present, past: [], future: [], key: null, at: 0 });

export function record<T>(history: History<T>, present: T, key: string | null, now: number): History<T> {
  if (present === history.present) return history;
  const joins = key !== null && key === history.key && now - history.at < JOIN_WITHIN_MS;
  const past = joins ? history.past : [...history.past, history.present].slice(-DEPTH);
  return { present, past, future: [], key, at: now };
}

/** The document as a consequence of the last edit: one undo takes both back. */
export function amend<T>(history: History<T>, present: T): History<T> {
  return history.key === null || present === history.present ? history : { ...history, present };
}

/** End the current step, so that the next edit starts a new one whatever its key. */
export const seal = <T>(history: History<T>): History<T> => ({ ...history, key: null });

export function undo<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1);
  if (previous === undefined) return history;
  return {
    present: previous,
    past: history.past.slice(0, -1),
    future: [history.present, ...history.future],
    key: null,
    at: 0,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { present: next, past: [...history.past, history.present], future, key: null, at: 0 };
}
