/** The keys of the one database: typed access, lazy expiry, and the table shape every command family fills. */
import { SortedSet } from "./sorted-set.ts";
import { type Raw, wrongType } from "./values.ts";

type Content =
  | { type: "string"; value: string }
  | { type: "hash"; value: Map<string, string> }
  | { type: "set"; value: Set<string> }
  | { type: "zset"; value: SortedSet };

export type Entry = Content & { expiresAt: number | null };

type Container<T extends Content["type"]> = Extract<Content, { type: T }>["value"];

export class Keyspace {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: () => number;
  #frozenAt: number | null = null;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  now(): number {
    return this.#frozenAt ?? Math.floor(this.#clock());
  }

  /** A script or transaction sees one time throughout, so that no key expires in its middle. */
  atOneTime<T>(work: () => T): T {
    if (this.#frozenAt !== null) return work();
    this.#frozenAt = this.now();
    try {
      return work();
    } finally {
      this.#frozenAt = null;
    }
  }

  find(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAt === null || entry.expiresAt > this.now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #typed<T extends Content["type"]>(key: string, type: T) {
    const entry = this.find(key);
    if (entry === undefined) return undefined;
    if (entry.type !== type) throw wrongType();
    return entry.value as Container<T>;
  }

  string = (key: string) => this.#typed(key, "string");
  hash = (key: string) => this.#typed(key, "hash");
  members = (key: string) => this.#typed(key, "set");
  sorted = (key: string) => this.#typed(key, "zset");

  hashToWrite = (key: string) => this.hash(key) ?? this.#put(key, { type: "hash", value: new Map() }).value;
  membersToWrite = (key: string) => this.members(key) ?? this.#put(key, { type: "set", value: new Set() }).value;
  sortedToWrite = (key: string) => this.sorted(key) ?? this.#put(key, { type: "zset", value: new SortedSet() }).value;

  #put<C extends Content>(key: string, content: C): C {
    this.#entries.set(key, { ...content, expiresAt: null });
    return content;
  }

  putString(key: string, value: string, expiresAt: number | null): void {
    this.#entries.set(key, { type: "string", value, expiresAt });
  }

  drop(key: string): boolean {
    const live = this.find(key) !== undefined;
    this.#entries.delete(key);
    return live;
  }

  /** A container without members is no key. */
  dropIfEmpty(key: string): void {
    const entry = this.#entries.get(key);
    if (entry && entry.type !== "string" && entry.value.size === 0) this.#entries.delete(key);
  }

  /** The live keys, with the expired ones dropped on the way. */
  keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.find(key) !== undefined);
  }

  clear(): void {
    this.#entries.clear();
  }
}

export interface Command {
  /** Without the name: exact when positive, at least that many (by absolute value) when negative, any when null. */
  argsExpected: number | null;
  writes: boolean;
  run(db: Keyspace, args: readonly string[]): Raw;
}

export type CommandTable = Readonly<Record<string, Command>>;

export const reading = (argsExpected: number | null, run: Command["run"]): Command => ({
  argsExpected,
  writes: false,
  run,
});
export const writing = (argsExpected: number | null, run: Command["run"]): Command => ({
  argsExpected,
  writes: true,
  run,
});

export const acceptsCount = ({ argsExpected }: Command, count: number): boolean =>
  argsExpected === null || (argsExpected >= 0 ? count === argsExpected : count >= -argsExpected);
