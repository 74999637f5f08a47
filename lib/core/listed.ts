/** The lists of deliveries as they are asked for and answered, and the mark at which the next part begins. */
import { z } from "zod";
import { attemptSchema } from "./delivery.ts";

export const LISTED_STATES = ["waiting", "claimed", "dead", "unclear", "settled"] as const;
export type ListedState = (typeof LISTED_STATES)[number];

export const listedSchema = z.object({
  id: z.string(),
  /** Null: what is stored is no delivery that can be read. */
  path: z.string().nullable(),
  /** Absent likewise. */
  rev: z.string().optional(),
  /** Due, claimed until, or ended then (ms). */
  at: z.number(),
  attempted: z.number(),
  last: attemptSchema.nullable(),
});
export type Listed = z.infer<typeof listedSchema>;

export interface Mark {
  /** A place, or a time (ms) past which nothing is looked at. */
  within: string;
  score: number;
  id: string;
}

export const writeMark = ({ within, score, id }: Mark): string => `${within}~${score}~${id}`;

/** Null: not one of ours. */
export function readMark(text: string): Mark | null {
  const [, within, score, id] = /^([a-z0-9]+)~(\d+(?:\.\d+)?)~(.+)$/s.exec(text) ?? [];
  return within === undefined || score === undefined || id === undefined ? null : { within, score: Number(score), id };
}
