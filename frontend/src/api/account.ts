/** Who is signed in, and what this yard is: asked by the frame and by several features. */
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

export const meQuery = () =>
  queryOptions({ queryKey: ["me"], queryFn: () => unwrap(api.GET("/api/v1/auth/me")), staleTime: 300_000 });

export const systemQuery = () =>
  queryOptions({ queryKey: ["system"], queryFn: () => unwrap(api.GET("/api/v1/system")), staleTime: Infinity });
