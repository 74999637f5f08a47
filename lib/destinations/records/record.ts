/** The mapping from a delivery (and a JSON file's content) to the record the endpoint holds. Pure. */
import { z } from "zod";
import type { Delivery } from "../../core/delivery.ts";

/** Larger JSON files are mapped by name alone: their content is not ours to hold in memory. */
export const JSON_MAX_BYTES = 1024 * 1024;

export interface FacebookRecord {
  id: string;
  status: string;
  name: string;
  email?: string;
  amount?: number;
}

const contentSchema = z.looseObject({
  email: z.email().optional(),
  name: z.string().trim().min(1).max(1000).optional(),
  amount: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+(\.\d+)?$/)
        .transform(Number)
        // Hundreds of digits make Infinity, which JSON cannot carry.
        .pipe(z.number()),
    ])
    .optional(),
  status: z.string().trim().min(1).max(100).optional(),
});

export type Mapping = { kind: "mapped"; record: FacebookRecord } | { kind: "invalid"; message: string };

/** The record id of a Dropbox file: either side can be found from the other. */
export const recordIdOf = (fileId: string): string => `facebook_${fileId.replace(/^id:/, "")}`;

/** True when the file's content takes part in the mapping. */
export const readsContent = (delivery: Pick<Delivery, "name" | "size">): boolean =>
  delivery.name.toLowerCase().endsWith(".json") && delivery.size <= JSON_MAX_BYTES;

/** Maps a delivery; `content` is null where the file's content takes no part. Invalid content names the field. */
export function mapToRecord(delivery: Pick<Delivery, "id" | "name">, content: Uint8Array | null): Mapping {
  const base: FacebookRecord = { id: recordIdOf(delivery.id), status: "active", name: delivery.name };
  if (content === null) return { kind: "mapped", record: base };
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch (cause) {
    // The parser's own message quotes the file, and this one goes into logs.
    const at = cause instanceof Error ? /at position \d+/.exec(cause.message) : null;
    return { kind: "invalid", message: `the file is not JSON${at === null ? "" : ` (${at[0]})`}` };
  }
  // An absent value and null mean the same here.
  const present =
    parsed !== null && typeof parsed === "object" && !Array.isArray(parsed)
      ? Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== null))
      : parsed;
  const checked = contentSchema.safeParse(present);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const field = issue?.path.join(".") || "the content";
    return { kind: "invalid", message: `field ${field} of the JSON file: ${issue?.message ?? "invalid"}` };
  }
  const { email, name, amount, status } = checked.data;
  return {
    kind: "mapped",
    record: {
      ...base,
      ...(name === undefined ? {} : { name }),
      ...(status === undefined ? {} : { status }),
      ...(email === undefined ? {} : { email }),
      ...(amount === undefined ? {} : { amount }),
    },
  };
}

/** True when what the endpoint holds already says all that we would send. */
export function holdsAlready(found: Record<string, unknown>, record: FacebookRecord): boolean {
  return Object.entries(record).every(([field, value]) => found[field] === value);
}
