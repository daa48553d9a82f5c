import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Autosave, StaleVersion } from "./autosave";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function server() {
  const saved: string[] = [];
  let version = 1;
  const answers: Array<() => Promise<void>> = [];
  const save = async (document: string, from: number) => {
    await answers.shift()?.();
    if (from !== version) throw new StaleVersion(version);
    saved.push(document);
    version += 1;
    return version;
  };
  return {
    saved,
    save,
    answers,
    bump: () => {
      version += 1;
    },
  };
}

describe("autosave", () => {
  it("saves once after the last change", async () => {
    const { save, saved } = server();
    const autosave = new Autosave({ version: 1, save, delayMs: 100 });
    autosave.change("a");
    await vi.advanceTimersByTimeAsync(60);
    autosave.change("ab");
    expect(autosave.snapshot().state).toBe("waiting");
    await vi.advanceTimersByTimeAsync(100);
    expect(saved).toEqual(["ab"]);
    expect(autosave.snapshot()).toMatchObject({ state: "saved", version: 2 });
    expect(autosave.isDirty).toBe(false);
  });

  it("never sends two at once: what changes while saving goes out after", async () => {
    const { save, saved, answers } = server();
    let release = () => {};
    answers.push(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const autosave = new Autosave({ version: 1, save, delayMs: 100 });
    autosave.change("a");
    await vi.advanceTimersByTimeAsync(100);
    autosave.change("b");
    await vi.advanceTimersByTimeAsync(500);
    expect(saved).toEqual([]);
    release();
    await vi.advanceTimersByTimeAsync(200);
    expect(saved).toEqual(["a", "b"]);
  });

  it("stops at a conflict and keeps what is unsaved until it is settled", async () => {
    const { save, saved, bump } = server();
    const autosave = new Autosave({ version: 1, save, delayMs: 100 });
    bump();
    autosave.change("mine");
    await vi.advanceTimersByTimeAsync(100);
    expect(autosave.snapshot().state).toBe("conflict");
    autosave.change("mine too");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(saved).toEqual([]);
    expect(autosave.isDirty).toBe(true);
    autosave.settle(2);
    autosave.change("after");
    expect(await autosave.flush()).toBe(true);
    expect(saved).toEqual(["after"]);
  });

  it("tries again after the network failed", async () => {
    const { save, saved, answers } = server();
    answers.push(() => Promise.reject(new Error("offline")));
    const autosave = new Autosave({ version: 1, save, delayMs: 100, retryMs: [1000] });
    autosave.change("a");
    await vi.advanceTimersByTimeAsync(100);
    expect(autosave.snapshot().state).toBe("failed");
    await vi.advanceTimersByTimeAsync(1000);
    expect(saved).toEqual(["a"]);
    expect(autosave.snapshot().state).toBe("saved");
  });

  it("flushes at once, and says when it could not", async () => {
    const { save, saved, answers } = server();
    const autosave = new Autosave({ version: 1, save, delayMs: 10_000 });
    autosave.change("a");
    expect(await autosave.flush()).toBe(true);
    expect(saved).toEqual(["a"]);
    answers.push(() => Promise.reject(new Error("offline")));
    autosave.change("b");
    expect(await autosave.flush()).toBe(false);
  });
});
