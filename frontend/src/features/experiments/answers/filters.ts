/** Which answers are looked at, as it stands in the address. */
import type { Query } from "@/api/client";

export const WHOS = [
  "all",
  "differ",
  "only_first",
  "only_second",
  "both",
  "neither",
  "right",
  "wrong",
  "not_scored",
] as const;
export type Who = (typeof WHOS)[number];
/** Said of two configurations; the others of the first alone. */
const OF_BOTH: readonly Who[] = ["differ", "only_first", "only_second", "both", "neither"];
export const whosFor = (isPair: boolean) => WHOS.filter((who) => isPair || !OF_BOTH.includes(who));

/** Everything but the scorer, which the comparison shares. */
export const FILTER_NAMES = [
  "first",
  "second",
  "who",
  "group",
  "error",
  "ended",
  "search",
  "labelled",
  "sort",
] as const;

export type Filters = {
  first: number;
  second: number | null;
  who: Who;
  scorer: string | null;
  group: string | null;
  error: string | null;
  ended: string | null;
  search: string;
  labelled: "yes" | "no" | null;
  sort: "place" | "difference";
};

/** Reads the address; places that the attempt does not have are left out, so that an old link still opens. */
export function readFilters(params: URLSearchParams, nConfigurations: number, best: number | null): Filters {
  const place = (name: string) => {
    const text = params.get(name);
    const found = text === null || text === "" ? Number.NaN : Number(text);
    return Number.isInteger(found) && found >= 0 && found < nConfigurations ? found : null;
  };
  const first = place("first") ?? best ?? 0;
  const beside = place("second") ?? (params.get("second") === "none" ? null : otherThan(first, nConfigurations));
  const second = beside === first ? null : beside;
  const who = WHOS.find((each) => each === params.get("who")) ?? "all";
  const labelled = params.get("labelled");
  return {
    first,
    second,
    who: second === null && OF_BOTH.includes(who) ? "all" : who,
    scorer: params.get("scorer"),
    group: params.get("group"),
    error: params.get("error"),
    ended: params.get("ended"),
    search: params.get("search") ?? "",
    labelled: labelled === "yes" || labelled === "no" ? labelled : null,
    sort: params.get("sort") === "difference" && second !== null ? "difference" : "place",
  };
}

const otherThan = (first: number, n: number) => (n < 2 ? null : first === 0 ? 1 : 0);

/** As the route of answers takes them. */
export function toQuery(filters: Filters): Query {
  const { error, labelled, ...rest } = filters;
  return { ...rest, error_kind: error, labelled: labelled === null ? null : labelled === "yes" };
}

/** Whether anything but the two configurations is chosen. */
export const isNarrowed = ({ who, group, error, ended, search, labelled }: Filters) =>
  who !== "all" || [group, error, ended, labelled].some((each) => each !== null) || search !== "";
