import { describe, expect, it } from "vitest";
import type { Run } from "@/api/types";
import { addedBy, hubBody, hubSourceOf, zipQuery } from "./sources";

const options = { name: "  Stars ", maxTokens: null, isInt8: false };

describe("a checkpoint of the hub", () => {
  it("is named by its id or by the address of its page", () => {
    expect(hubSourceOf(" owner/name ")).toEqual({ hubId: "owner/name", revision: "" });
    expect(hubSourceOf("https://huggingface.co/owner/name")).toEqual({ hubId: "owner/name", revision: "" });
    expect(hubSourceOf("huggingface.co/owner/name/?library=x#top")).toEqual({ hubId: "owner/name", revision: "" });
    expect(hubSourceOf("https://hf.co/distilbert")).toEqual({ hubId: "distilbert", revision: "" });
    expect(hubSourceOf("https://huggingface.co/owner/name/tree/v1.0")).toEqual({
      hubId: "owner/name",
      revision: "v1.0",
    });
  });

  it("leaves what is no id to the server, which says so", () => {
    expect(hubSourceOf("https://example.org/owner/name").hubId).toBe("https://example.org/owner/name");
    expect(hubSourceOf("../../etc").hubId).toBe("../../etc");
  });

  it("takes the revision that was typed before that of the address", () => {
    const address = "https://huggingface.co/owner/name/tree/v1.0";
    expect(hubBody(address, "", options).revision).toBe("v1.0");
    expect(hubBody(address, " main ", options).revision).toBe("main");
    expect(hubBody("owner/name", "", options)).toEqual({
      hub_id: "owner/name",
      revision: null,
      name: "Stars",
      max_tokens: null,
      int8: false,
    });
  });
});

describe("a ZIP", () => {
  it("is sent with what differs from the default only", () => {
    expect(zipQuery("a.zip", options)).toEqual({ filename: "a.zip", name: "Stars", max_tokens: null, int8: null });
    expect(zipQuery("a.zip", { name: "", maxTokens: 64, isInt8: true })).toMatchObject({ max_tokens: 64, int8: true });
  });
});

describe("what a run added", () => {
  const run = (state: string, result: Record<string, unknown> | null) => ({ state, result }) as unknown as Run;

  it("is the model and its endpoint, once it succeeded", () => {
    expect(addedBy(run("running", null))).toBeNull();
    expect(addedBy(run("failed", { model: "md_1" }))).toBeNull();
    expect(addedBy(run("succeeded", { model: "md_1", endpoint: "ep_1" }))).toEqual({ model: "md_1", endpoint: "ep_1" });
    expect(addedBy(run("succeeded", { model: "md_1" }))).toEqual({ model: "md_1", endpoint: null });
  });
});
