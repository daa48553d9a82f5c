"use client";
/** The predict page: all endpoints, or the form of the one in the address. */
import { useParam } from "@/lib/params";
import { EndpointDetail } from "./endpoint-detail";
import { EndpointList } from "./endpoint-list";

export function PredictPage() {
  const [id] = useParam("id");
  return id ? <EndpointDetail key={id} id={id} /> : <EndpointList />;
}
