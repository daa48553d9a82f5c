/** Saves a changing document by itself: debounced, one request at a time, and nothing lost when a save is refused. */

export type SaveState = "saved" | "waiting" | "saving" | "conflict" | "failed";

/** What `save` throws when the server holds a newer version than the one this document was made from. */
export class StaleVersion extends Error {
  constructor(readonly current: number | null) {
    super("changed elsewhere");
  }
}

type Options<T> = {
  version: number;
  save: (document: T, version: number) => Promise<number>;
  delayMs?: number;
  /** Waits before trying again after a failure that is not a conflict. */
  retryMs?: readonly number[];
};

export type AutosaveSnapshot = { state: SaveState; version: number; error: unknown };

export class Autosave<T> {
  private pending: { document: T } | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private running: Promise<void> | null = null;
  private failures = 0;
  private listeners = new Set<() => void>();
  private now: AutosaveSnapshot;
  private readonly delayMs: number;
  private readonly retryMs: readonly number[];

  constructor(private readonly options: Options<T>) {
    this.now = { state: "saved", version: options.version, error: null };
    this.delayMs = options.delayMs ?? 800;
    this.retryMs = options.retryMs ?? [2_000, 5_000, 15_000];
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  snapshot = () => this.now;

  get isDirty() {
    return this.pending !== null || this.running !== null;
  }

  /** Take note of the newest document; it is saved once nothing newer came for `delayMs`. */
  change(document: T) {
    this.pending = { document };
    if (this.now.state === "conflict") return;
    if (this.now.state !== "saving") this.tell({ state: "waiting" });
    this.schedule(this.delayMs);
  }

  /** Save now what is not saved yet; resolves to true when the server has everything. */
  async flush(): Promise<boolean> {
    this.unschedule();
    while (this.now.state !== "conflict" && (this.running || this.pending)) {
      await (this.running ?? this.start());
      if (this.now.state === "failed") return false;
    }
    return this.now.state !== "conflict";
  }

  /** Go on from a version that the server has, forgetting what was pending: the conflict was settled. */
  settle(version: number) {
    this.unschedule();
    this.pending = null;
    this.failures = 0;
    this.tell({ state: "saved", version, error: null });
  }

  dispose() {
    this.unschedule();
    this.listeners.clear();
  }

  private start(): Promise<void> {
    this.running = this.saveOnce().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async saveOnce() {
    const taken = this.pending;
    if (!taken) return;
    this.pending = null;
    this.tell({ state: "saving" });
    try {
      const version = await this.options.save(taken.document, this.now.version);
      this.failures = 0;
      this.tell({ state: this.pending ? "waiting" : "saved", version, error: null });
      if (this.pending) this.schedule(this.delayMs);
    } catch (error) {
      this.pending ??= taken;
      if (error instanceof StaleVersion) this.tell({ state: "conflict", error });
      else this.fail(error);
    }
  }

  private fail(error: unknown) {
    this.tell({ state: "failed", error });
    const wait = this.retryMs[Math.min(this.failures, this.retryMs.length - 1)];
    this.failures += 1;
    if (wait !== undefined) this.schedule(wait);
  }

  private schedule(ms: number) {
    this.unschedule();
    this.timer = setTimeout(() => {
      this.timer = null;
      if (!this.running) void this.start();
      else this.schedule(this.delayMs);
    }, ms);
  }

  private unschedule() {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private tell(change: Partial<AutosaveSnapshot>) {
    this.now = { ...this.now, ...change };
    for (const listener of this.listeners) listener();
  }
}
