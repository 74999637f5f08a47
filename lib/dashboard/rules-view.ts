/** How a rule stands to a file, as a page shows it. Pure. */
import type { RuleLine } from "../core/rule-lines.ts";

export type { RuleLine };

export const RULE_WORDS = { ok: "Fits", bad: "Does not fit", idle: "Not looked at" } as const;

export const toneOfRule = ({ fits }: RuleLine): keyof typeof RULE_WORDS =>
  fits === null ? "idle" : fits ? "ok" : "bad";
