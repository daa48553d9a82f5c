/** What promotions read from the server and ask of it. */
import { queryOptions } from "@tanstack/react-query";
import { get, post } from "@/api/client";
import type { Named } from "@/api/types";
import { attemptPath } from "../comparison/queries";
import type { Attempt } from "../types";

export type Promotion = Named["ExperimentPromotionOut"];
export type PromotionPreview = Named["ExperimentPromotionPreview"];
export type Evidence = PromotionPreview["evidence"];
type Wish = Named["ExperimentPromotionIn"];

type Of = Pick<Attempt, "experiment_id" | "number">;

export const promotionsQuery = (attempt: Of) =>
  queryOptions({
    queryKey: ["experiments", "promotions", attempt.experiment_id, attempt.number],
    queryFn: async ({ signal }) =>
      (await get<{ items: Promotion[] }>(`${attemptPath(attempt)}/promotions`, undefined, signal)).items,
  });

/** What a configuration would become; refused where it cannot be promoted, with the reason. */
export const previewQuery = (attempt: Of, configuration: number) =>
  queryOptions({
    queryKey: ["experiments", "promotion preview", attempt.experiment_id, attempt.number, configuration],
    queryFn: ({ signal }) =>
      get<PromotionPreview>(`${attemptPath(attempt)}/promotions/preview`, { configuration }, signal),
    retry: false,
  });

export const promote = (attempt: Of, wish: Wish) => post<Promotion>(`${attemptPath(attempt)}/promotions`, wish);

/** Where what was promoted is used. */
export const promotedHref = ({ collection_id, endpoint_id }: Pick<Promotion, "collection_id" | "endpoint_id">) =>
  collection_id
    ? `/chat/?${new URLSearchParams({ id: collection_id })}`
    : `/predict/?${new URLSearchParams({ id: endpoint_id })}`;
