import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Dataset } from "@/api/types";

const at = (dataset_id: string) => ({ params: { path: { dataset_id } } });

export const datasetsQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["datasets", "list", search],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET("/api/v1/datasets", { params: { query: { search, cursor: pageParam, limit: 100 } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    // A file that is being read changes by itself.
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((dataset) => dataset.state === "reading")) ? 1_500 : false,
  });

export const datasetQuery = (id: string) =>
  queryOptions({
    queryKey: ["datasets", "one", id],
    queryFn: () => unwrap(api.GET("/api/v1/datasets/{dataset_id}", at(id))),
  });

export const profileQuery = (id: string) =>
  queryOptions({
    queryKey: ["datasets", "profile", id],
    queryFn: () => unwrap(api.GET("/api/v1/datasets/{dataset_id}/profile", at(id))),
  });

export const PAGE_ROWS = 100;

export const rowsQuery = (id: string, page: number, columns: string[]) =>
  queryOptions({
    queryKey: ["datasets", "rows", id, page, columns],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/datasets/{dataset_id}/rows", {
          params: { path: { dataset_id: id }, query: { offset: page * PAGE_ROWS, limit: PAGE_ROWS, columns } },
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const samplesQuery = () =>
  queryOptions({ queryKey: ["samples"], queryFn: () => unwrap(api.GET("/api/v1/samples")), staleTime: 3_600_000 });

export function useAddSample() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => unwrap(api.POST("/api/v1/samples/{key}", { params: { path: { key } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["datasets", "list"] }),
  });
}

export function useChangeDataset(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: { name?: string; target?: string | null }) =>
      unwrap(api.PATCH("/api/v1/datasets/{dataset_id}", { ...at(id), body: change })),
    onSuccess: (dataset) => {
      client.setQueryData(datasetQuery(id).queryKey, dataset);
      void client.invalidateQueries({ queryKey: ["datasets", "list"] });
    },
  });
}

export function useDeleteDataset(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/datasets/{dataset_id}", at(id)),
    onSuccess: () => {
      // Lists that are not on the page would show it once more before they are read again.
      client.removeQueries({ queryKey: ["datasets", "list"], type: "inactive" });
      return client.invalidateQueries({ queryKey: ["datasets", "list"] });
    },
  });
}

/** A workflow that reads this dataset, with a default that trains on its target. */
export function useTrain() {
  return useMutation({
    mutationFn: (dataset: Dataset) =>
      unwrap(api.POST("/api/v1/workflows", { body: { name: dataset.name, dataset: dataset.id } })),
  });
}

/** Names of the models that were made from this dataset, for whoever wants to delete it. */
/** Names of the workflows that read the dataset. */
export const workflowsOfQuery = (id: string) =>
  queryOptions({
    queryKey: ["datasets", "workflows", id],
    queryFn: async () => {
      const page = await unwrap(api.GET("/api/v1/workflows", { params: { query: { dataset: id, limit: 200 } } }));
      return page.items.map((workflow) => workflow.name);
    },
    staleTime: 0,
  });

export const modelsOfQuery = (id: string) =>
  queryOptions({
    queryKey: ["datasets", "models", id],
    queryFn: async () => {
      const page = await unwrap(api.GET("/api/v1/models", { params: { query: { limit: 200 } } }));
      return page.items.filter((model) => model.dataset?.id === id).map((model) => model.name);
    },
  });
