/** A day from milliseconds since 1970 (UTC), as profiles give them. */
export const formatDay = (milliseconds: number) => {
  const day = new Date(milliseconds);
  return Number.isNaN(day.getTime()) ? "–" : day.toISOString().slice(0, 10);
};
