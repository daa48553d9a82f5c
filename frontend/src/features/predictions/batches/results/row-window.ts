/** Which of a million rows are in view: browsers cannot make a page that tall, so a tall list scrolls faster. */

export const ROW_HEIGHT = 34;
/** Firefox cuts elements off a little above 17 million px. */
const MAX_HEIGHT = 16_000_000;
const AROUND = 8;

export type RowWindow = {
  /** First row drawn, and the one after the last. */
  first: number;
  end: number;
  /** Empty space in px above and below what is drawn. */
  before: number;
  after: number;
};

const fullHeight = (total: number) => total * ROW_HEIGHT;
const boxHeight = (total: number) => Math.min(fullHeight(total), MAX_HEIGHT);

/** How many px of rows one px of scrolling passes: 1 until the list is too tall. */
function pace(total: number, view: number): number {
  const way = boxHeight(total) - view;
  return way > 0 ? Math.max(1, (fullHeight(total) - view) / way) : 1;
}

export function windowAt(total: number, scrollTop: number, view: number): RowWindow {
  const top = Math.max(0, Math.min(scrollTop * pace(total, view), fullHeight(total) - view));
  const inView = Math.floor(top / ROW_HEIGHT);
  const first = Math.max(0, inView - AROUND);
  const end = Math.min(total, Math.ceil((top + view) / ROW_HEIGHT) + AROUND);
  const drawn = (end - first) * ROW_HEIGHT;
  const space = Math.max(0, boxHeight(total) - drawn);
  const before = Math.max(0, Math.min(space, scrollTop - (top - first * ROW_HEIGHT)));
  return { first, end, before, after: space - before };
}

/** Where to scroll so that a row is in view; the same place when it is already. */
export function scrollTo(total: number, row: number, scrollTop: number, view: number): number {
  const speed = pace(total, view);
  const top = scrollTop * speed;
  const start = row * ROW_HEIGHT;
  if (start < top) return start / speed;
  if (start + ROW_HEIGHT > top + view) return (start + ROW_HEIGHT - view) / speed;
  return scrollTop;
}
