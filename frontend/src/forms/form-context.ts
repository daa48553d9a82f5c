/** What widgets need from outside the schema: the columns that arrive, the datasets there are, the names of engines. */
import { createContext, useContext } from "react";
import type { Column, Task } from "@/api/types";

export type DatasetChoice = { id: string; name: string; detail: string };
export type EngineChoice = { title: string; summary: string; unavailable: string | null; tasks: readonly Task[] };

/** Things of the yard that a field may name by their ids. */
export type Thing = "collection" | "llm" | "embedder";
export type ThingChoice = { id: string; name: string };

export type FormSurroundings = {
  /** Columns that flow into the node; null when nothing says yet which they are. */
  columns: readonly Column[] | null;
  /** Columns of the dataset that it begins with, whatever happened to them on the way. */
  datasetColumns: readonly Column[] | null;
  /** What is predicted with those columns; null when nothing says so. */
  task: Task | null;
  datasets: readonly DatasetChoice[];
  engines: ReadonlyMap<string, EngineChoice>;
  /** Only where forms of such kinds are shown. */
  things?: Readonly<Record<Thing, readonly ThingChoice[]>>;
  readOnly: boolean;
};

export const FormContext = createContext<FormSurroundings>({
  columns: null,
  datasetColumns: null,
  task: null,
  datasets: [],
  engines: new Map(),
  readOnly: false,
});

export const useSurroundings = () => useContext(FormContext);
