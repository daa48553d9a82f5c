"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import {
  Bot,
  Database,
  FileUp,
  FlaskConical,
  LogOut,
  type LucideIcon,
  MessagesSquare,
  Monitor,
  Moon,
  Sun,
} from "lucide-react";
import { api, get, unwrap } from "@/api/client";
import type { Page } from "@/api/types";
import { useDebounced } from "@/lib/debounced";
import { setTheme } from "@/lib/theme";
import { useSignOut } from "./account-menu";
import { places, runsPlace, settingsPlace } from "./places";

export type Entry = { id: string; label: string; group: string; icon: LucideIcon; href?: string; act?: () => void };

const N_OBJECTS = 8;
const ASK_AFTER_MS = 150;
/** Runs and endpoints cannot be searched on the server; the latest are what one looks for. */
const LATEST_SEEN = 100;

const pages: Entry[] = [...places, runsPlace, settingsPlace].map((place) => ({
  id: place.href,
  label: place.label,
  group: "Page",
  icon: place.icon,
  href: place.href,
}));

/**
 * What matches the words typed so far: pages and actions at once, then objects as the server finds them.
 * Objects come last, so that what arrives late never moves what is about to be taken.
 */
export function useEntries(typed: string): { entries: Entry[]; isSearching: boolean } {
  const signOut = useSignOut();
  const asked = useDebounced(typed, ASK_AFTER_MS);
  const found = useQuery({
    queryKey: ["palette", asked],
    queryFn: () => findObjects(asked),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const actions: Entry[] = [
    { id: "upload", label: "Upload a file", group: "Action", icon: FileUp, href: "/data/?add=file" },
    { id: "sample", label: "Use a sample", group: "Action", icon: Database, href: "/data/?add=sample" },
    { id: "collection", label: "New collection", group: "Action", icon: MessagesSquare, href: "/chat/?add=collection" },
    {
      id: "experiment",
      label: "New experiment",
      group: "Action",
      icon: FlaskConical,
      href: "/experiments/?new=blank",
    },
    { id: "llm", label: "Add an LLM", group: "Action", icon: Bot, href: "/settings/?add=llm" },
    { id: "light", label: "Theme: light", group: "Action", icon: Sun, act: () => setTheme("light") },
    { id: "dark", label: "Theme: dark", group: "Action", icon: Moon, act: () => setTheme("dark") },
    { id: "system", label: "Theme: as the system", group: "Action", icon: Monitor, act: () => setTheme("system") },
    { id: "sign-out", label: "Sign out", group: "Action", icon: LogOut, act: () => signOut.mutate() },
  ];
  const fixed = [...pages, ...actions].filter((entry) => matches(entry.label, typed));
  const objects = (found.data ?? []).filter((entry) => matches(entry.label, typed));
  return { entries: [...fixed, ...objects], isSearching: found.isFetching || asked !== typed };
}

export function matches(label: string, typed: string): boolean {
  const text = label.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const icons = Object.fromEntries([...places, runsPlace].map((place) => [place.href, place.icon]));

async function findObjects(search: string): Promise<Entry[]> {
  const query = { params: { query: { search, limit: N_OBJECTS } } };
  const latest = { params: { query: { limit: LATEST_SEEN } } };
  const [datasets, workflows, models, endpoints, collections, experiments, runs] = await Promise.all([
    unwrap(api.GET("/api/v1/datasets", query)),
    unwrap(api.GET("/api/v1/workflows", query)),
    unwrap(api.GET("/api/v1/models", query)),
    unwrap(api.GET("/api/v1/endpoints", latest)),
    get<Page<{ id: string; name: string }>>("/collections", { search, limit: N_OBJECTS }),
    get<Page<{ id: string; name: string }>>("/experiments", { search, limit: N_OBJECTS }),
    unwrap(api.GET("/api/v1/runs", latest)),
  ]);
  // The endpoint of a collection is asked on the collection's own page.
  const ofModels = endpoints.items.filter(({ servable }) => servable.kind !== "collection");
  const endpointsFound = ofModels.filter(({ name }) => matches(name, search)).slice(0, N_OBJECTS);
  const runsFound = runs.items.filter(({ title }) => matches(title, search)).slice(0, N_OBJECTS);
  return [
    ...datasets.items.map(({ id, name }) => entry("Dataset", "/data/", id, name)),
    ...workflows.items.map(({ id, name }) => entry("Workflow", "/workflows/", id, name)),
    ...models.items.map(({ id, name }) => entry("Model", "/models/", id, name)),
    ...endpointsFound.map(({ id, name }) => entry("Endpoint", "/predict/", id, name)),
    ...collections.items.map(({ id, name }) => entry("Collection", "/chat/", id, name)),
    ...experiments.items.map(({ id, name }) => entry("Experiment", "/experiments/", id, name)),
    ...runsFound.map(({ id, title }) => entry("Run", "/runs/", id, title)),
  ];
}

const entry = (group: string, at: string, id: string, label: string): Entry => ({
  id,
  label,
  group,
  icon: icons[at] as LucideIcon,
  href: `${at}?id=${id}`,
});
