/** What is kept between pages: who the reader is and which conversation goes on. Works without storage as well. */

export type Kept = { token: string | null; session: string | null; isOpen: boolean };

/** Storage may be denied, full or absent; then what is kept lives as long as the page. */
export class Keeping {
  readonly #name: string;
  #kept: Kept = { token: null, session: null, isOpen: false };

  constructor(of: string) {
    this.#name = `modelyard-chat:${of}`;
    const read = (storage: () => Storage) => {
      try {
        return parsed(storage().getItem(this.#name));
      } catch {
        return {}; // denied
      }
    };
    const [reader, tab] = [read(() => localStorage), read(() => sessionStorage)];
    this.#kept = { token: reader.token ?? null, session: tab.session ?? null, isOpen: tab.isOpen === true };
  }

  get now(): Kept {
    return this.#kept;
  }

  /** The token is the reader's in every tab; the conversation and whether it is open are this tab's. */
  change(changes: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...changes };
    const { token, session, isOpen } = this.#kept;
    this.#write(() => localStorage, { token });
    this.#write(() => sessionStorage, { session, isOpen });
  }

  #write(storage: () => Storage, document: Partial<Kept>): void {
    try {
      storage().setItem(this.#name, JSON.stringify(document));
    } catch {
      // Denied or full: it is kept in memory.
    }
  }
}

function parsed(text: string | null): Partial<Kept> {
  const found: unknown = text === null ? null : JSON.parse(text);
  return typeof found === "object" && found !== null ? found : {};
}
