/** What is asked of the server about Inspect. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "@/api/client";
import type { Named } from "@/api/types";
import { upload } from "@/api/upload";
import type { Attempt } from "../types";

/** Whether this server can read and write its logs. */
export const inspectQuery = queryOptions({
  queryKey: ["experiments", "inspect"],
  queryFn: ({ signal }) => get<Named["InspectOut"]>("/experiments/inspect", undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const importLog = (file: File) =>
  upload<Attempt>("/experiments/inspect/logs", { filename: file.name }, file, { onProgress: () => undefined });
