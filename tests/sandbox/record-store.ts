/** The records as the endpoint holds them. A second POST of an id makes a double on purpose, so that tests can see it. */
import { z } from "zod";

const id = z.string().trim().min(1).max(300);
const fields = {
  status: z.string().trim().min(1).max(100),
  name: z.string().trim().min(1).max(1000),
  email: z.email().optional(),
  amount: z.number().optional(),
};
export const recordSchema = z.looseObject({ id, ...fields });
export const patchSchema = z.looseObject({ id, ...fields }).partial();

export type StoredRecord = z.infer<typeof recordSchema>;

export interface Write {
  at: number;
  method: "POST" | "PATCH";
  id: string;
}

export function createRecordStore(now: () => number) {
  const all: StoredRecord[] = [];
  const byId = new Map<string, StoredRecord[]>();
  const writes: Write[] = [];

  return {
    /** In order of arrival, doubles included. */
    records: (): readonly StoredRecord[] => all,
    writes: (): readonly Write[] => writes,
    find: (id: string): readonly StoredRecord[] => byId.get(id) ?? [],
    /** The ids held more than once. */
    doubles: (): string[] => [...byId].filter(([, same]) => same.length > 1).map(([id]) => id),
    create(record: StoredRecord): StoredRecord {
      all.push(record);
      const same = byId.get(record.id);
      if (same === undefined) byId.set(record.id, [record]);
      else same.push(record);
      writes.push({ at: now(), method: "POST", id: record.id });
      return record;
    },
    /** Merges into the oldest record with this id; null when there is none. */
    merge(id: string, changes: Record<string, unknown>): StoredRecord | null {
      const record = byId.get(id)?.[0];
      if (record === undefined) return null;
      Object.assign(record, changes, { id });
      writes.push({ at: now(), method: "PATCH", id });
      return record;
    },
  };
}
