"use client";
/** The keys and the public page of an endpoint, for pages of other rooms that show one. */
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "@/ui/error-state";
import { Skeleton } from "@/ui/skeleton";
import { EndpointKeys } from "./access/endpoint-keys";
import { endpointQuery } from "./queries";
import { PublicPageSection } from "./settings/public-page-section";
import { words } from "./words";

export function EndpointAccess({ id }: { id: string }) {
  const endpoint = useQuery(endpointQuery(id));
  return (
    <>
      {endpoint.isPending && <Skeleton className="h-24" />}
      {endpoint.error && (
        <ErrorState title={words.openFailed} error={endpoint.error} retry={() => void endpoint.refetch()} />
      )}
      {endpoint.data && <PublicPageSection key={endpoint.data.public_calls_per_day} endpoint={endpoint.data} />}
      <EndpointKeys id={id} />
    </>
  );
}
