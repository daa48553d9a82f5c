/** Server state of the settings page. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { meQuery } from "@/api/account";
import { api, unwrap } from "@/api/client";
import type { Me } from "@/api/types";

export type Change = { name?: string; email?: string; password?: string; current_password?: string };
export type NewKeyRequest = { name: string; scopes: Me["scopes"]; expires_at: string | null };

export const keysQuery = () =>
  queryOptions({ queryKey: ["account", "keys"], queryFn: () => unwrap(api.GET("/api/v1/auth/keys")) });

export const attemptsQuery = () =>
  queryOptions({ queryKey: ["account", "attempts"], queryFn: () => unwrap(api.GET("/api/v1/auth/sign-in-attempts")) });

export function useChangeMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Change) => unwrap(api.PATCH("/api/v1/auth/me", { body })),
    onSuccess: (me) => client.setQueryData(meQuery().queryKey, me),
  });
}

export function useCreateKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewKeyRequest) => unwrap(api.POST("/api/v1/auth/keys", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keysQuery().queryKey }),
  });
}

export function useRevokeKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE("/api/v1/auth/keys/{key_id}", { params: { path: { key_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keysQuery().queryKey }),
  });
}
