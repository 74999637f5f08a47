/** One line of the table of Facebook's errors. */
import type { RequestKind, Verdict } from "./verdict.ts";

export interface ErrorRow {
  /** A range is inclusive. */
  code: number | readonly [number, number] | "any";
  subcode: number | "any";
  verdict: Verdict;
  /** In words a person can act on. */
  meaning: string;
  /** How long everything is held: the first time, the second in a row, … */
  waits?: readonly number[];
  /** Only an answer to one of these, or with this type or wording. */
  requests?: readonly RequestKind[];
  type?: string;
  says?: RegExp;
}

type Code = ErrorRow["code"];
type Subcode = ErrorRow["subcode"];
type More = Pick<ErrorRow, "waits" | "requests" | "type" | "says">;
/** A row, written on one line. */
export const row = (code: Code, subcode: Subcode, verdict: Verdict, meaning: string, more: More = {}): ErrorRow => ({
  code,
  subcode,
  verdict,
  meaning,
  ...more,
});
