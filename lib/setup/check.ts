/** One line of the checklist, as data: what was looked at, what was found, and the one thing to do when it is not right. */

/** `warn`: it works, and will not for ever or not for everybody. `idle`: cannot be told yet. */
export type Verdict = "ok" | "warn" | "bad" | "idle";

export interface Check {
  id: string;
  title: string;
  verdict: Verdict;
  /** One sentence. Never a secret, and of an error only what was made fit to be read. */
  found: string;
  /** One sentence; null where nothing is to be done. */
  todo: string | null;
  /** Where to do it. */
  link: { text: string; href: string } | null;
  /** Values to put there. */
  copy: readonly { label: string; value: string }[];
}

type Finding = Pick<Check, "verdict" | "found"> & Partial<Pick<Check, "todo" | "link" | "copy">>;

export interface Looked {
  id: string;
  title: string;
  look: () => Promise<Finding>;
}

/** Looks at all of them at once. One that fails in a way nobody foresaw is a finding too, without the error's own text. */
export const runChecks = (all: readonly Looked[]): Promise<Check[]> =>
  Promise.all(
    all.map(async ({ id, title, look }) => {
      const blank = { id, title, todo: null, link: null, copy: [] };
      try {
        return { ...blank, ...(await look()) };
      } catch (cause) {
        const name = cause instanceof Error ? cause.name : "unknown";
        return { ...blank, verdict: "bad" as const, found: `The check itself failed (${name}).`, todo: "Try again." };
      }
    }),
  );

/** The worst of them decides. */
export function overall(checks: readonly Check[]): Verdict {
  for (const verdict of ["bad", "warn", "idle"] as const)
    if (checks.some((check) => check.verdict === verdict)) return verdict;
  return "ok";
}
