"use client";
/** The models page: the list, one model, or two compared, as the address says. */
import { useParam } from "@/lib/params";
import { CompareModels } from "./compare";
import { ModelDetail } from "./model-detail";
import { ModelList } from "./model-list";

export function ModelsPage() {
  const [id] = useParam("id");
  const [compare] = useParam("compare");
  if (id) return <ModelDetail key={id} id={id} />;
  if (compare) return <CompareModels ids={compare.split(",")} />;
  return <ModelList />;
}
