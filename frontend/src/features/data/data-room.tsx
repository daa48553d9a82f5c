"use client";

import { useParam } from "@/lib/params";
import { DatasetDetail } from "./dataset-detail";
import { DatasetList } from "./dataset-list";

export function DataRoom() {
  const [id] = useParam("id");
  return id ? <DatasetDetail key={id} id={id} /> : <DatasetList />;
}
