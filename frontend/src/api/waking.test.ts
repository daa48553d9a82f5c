import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Unreachable } from "@/lib/api-error";
import { patientFetch } from "./waking";

let isAwake = false;
const sent: string[] = [];

beforeEach(() => {
  isAwake = false;
  sent.length = 0;
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async (to: Request | string) => {
    if (to === "/health") return new Response(null, { status: isAwake ? 200 : 502 });
    sent.push((to as Request).method);
    return isAwake ? Response.json({}) : new Response("Bad gateway", { status: 502 });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const request = (method: string) => new Request("http://yard.test/api/v1/runs", { method });

test("reading waits for a sleeping server and is asked again", async () => {
  const answer = patientFetch(request("GET"));
  await vi.advanceTimersByTimeAsync(5_000);
  isAwake = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect((await answer).status).toBe(200);
  expect(sent).toEqual(["GET", "GET"]);
});

test("what changes something waits while the server is known to sleep, and is sent once", async () => {
  const reading = patientFetch(request("GET"));
  await vi.advanceTimersByTimeAsync(1_000);
  const writing = patientFetch(request("POST"));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent).toEqual(["GET"]);
  isAwake = true;
  await vi.advanceTimersByTimeAsync(2_000);
  await reading;
  expect((await writing).status).toBe(200);
  expect(sent.filter((method) => method === "POST")).toHaveLength(1);
});

test("after a long silence the server is woken before something is changed, which is sent once", async () => {
  isAwake = true;
  await patientFetch(request("GET"));
  isAwake = false;
  sent.length = 0;
  await vi.advanceTimersByTimeAsync(20 * 60_000);
  const writing = patientFetch(request("POST"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sent).toEqual([]);
  isAwake = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect((await writing).status).toBe(200);
  expect(sent).toEqual(["POST"]);
});

test("a request that may have arrived is not sent twice", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(patientFetch(request("POST"))).rejects.toBeInstanceOf(Unreachable);
});
