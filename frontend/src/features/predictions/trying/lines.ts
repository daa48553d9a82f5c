/** Many texts pasted at once: a line is a text. */

/** What one call takes at most; more is a batch. */
export const MOST_LINES = 1000;
/** The same of an endpoint that asks an LLM. */
export const MOST_ASKED = 50;

/** The lines with something in them, each with its number as the writer counts. */
export function linesOf(pasted: string): { line: number; text: string }[] {
  return pasted
    .split(/\r\n|\n|\r/)
    .map((text, i) => ({ line: i + 1, text }))
    .filter(({ text }) => text.trim() !== "");
}
