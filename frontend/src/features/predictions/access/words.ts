/** What the API part of an endpoint says. */
import { formatCount, plural } from "@/lib/format";

const ofLimit = (n: number, limit: number | null, what: string) =>
  limit === null ? plural(n, what) : `${formatCount(n)} of ${plural(limit, what)}`;

export const words = {
  address: {
    title: "Address",
    calls: (most: number) => `Calls: one row, or up to ${formatCount(most)}`,
    openapi: "OpenAPI description of this endpoint",
    docs: "Every call needs a key of this endpoint, or one of yours with the scope endpoints:call.",
  },
  keys: {
    title: "Keys of this endpoint",
    help: "A key calls this endpoint, sends it files and fetches their results. It opens nothing else.",
    helpSaid: "A key calls this endpoint. It opens nothing else.",
    none: "No keys yet: make one for each program that calls this endpoint.",
    add: "New key",
    failed: "The keys could not be listed",
    loading: "Loading the keys",
    name: "Name",
    namePlaceholder: "e.g. web shop",
    perMinute: "Calls per minute",
    perDay: "Rows per day",
    perDayHelp: "A day begins at 00:00 UTC.",
    noLimit: "no limit",
    expires: "Expires",
    never: "Never",
    days: (n: number) => `In ${n} days`,
    create: "Create key",
    cancel: "Cancel",
    onceTitle: (name: string) => `Key “${name}”`,
    secret: "The key",
    usedThisMinute: (n: number, limit: number | null) => `${ofLimit(n, limit, "call")} this minute`,
    usedToday: (n: number, limit: number | null) => `${ofLimit(n, limit, "row")} today`,
    expiresAt: "expires",
    neverExpires: "never expires",
    expired: "expired",
    lastUsed: "used",
    neverUsed: "not used yet",
    revoke: "Revoke",
    revokeNamed: (name: string) => `Revoke ${name}`,
    revokeTitle: (name: string) => `Revoke the key “${name}”?`,
    revokeHelp: "Programs that use it are refused from now on. This cannot be undone.",
  },
  code: {
    title: "Call it from code",
    help: "Ready to run once MODELYARD_KEY holds a key of this endpoint.",
    failed: "The snippets could not be loaded",
    loading: "Loading the snippets",
    languages: "Languages",
  },
  copied: "Copied.",
  copy: (what: string) => `Copy ${what}`,
};
