/** When a credential ends, and when to say so beforehand. Pure. */
import { z } from "zod";

const DAY_MS = 86_400_000;
/** Days before the end at which a person is told, once each. */
export const WARN_DAYS = [14, 3, 1] as const;

export const credentialFactsSchema = z.object({
  isValid: z.boolean(),
  /** Ms; null: never. */
  expiresAt: z.number().nullable(),
  /** When it may no longer read, unless its person confirms the app again. */
  dataAccessExpiresAt: z.number().nullable(),
  missing: z.array(z.string()),
});
export type CredentialFacts = z.infer<typeof credentialFactsSchema>;

/** The last warning given: of which end, and how many days before it. */
export interface Warned {
  endsAt: number;
  days: number;
}

/** The first of its ends (ms); null: none. */
export function endsAt({ expiresAt, dataAccessExpiresAt }: CredentialFacts): number | null {
  const ends = [expiresAt, dataAccessExpiresAt].filter((at) => at !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}

export const daysLeft = (end: number, now: number): number => Math.max(0, Math.floor((end - now) / DAY_MS));

/** The warning that is due now and was not given yet; null: none. Late for several, only the nearest is given. */
export function warningDue(facts: CredentialFacts, warned: Warned | null, now: number): Warned | null {
  const end = endsAt(facts);
  if (end === null) return null;
  const days = WARN_DAYS.findLast((one) => end - now <= one * DAY_MS);
  if (days === undefined) return null;
  if (warned !== null && warned.endsAt === end && warned.days <= days) return null;
  return { endsAt: end, days };
}
