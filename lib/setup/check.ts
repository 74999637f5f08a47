/** One line of the checklist, as data: what was looked at, what was found, and the one thing to do when it is not right. */

/**
 * `warn`: it works, and will not for ever or not for everybody. `idle`: cannot be told yet. `running`: asked, and not
 * answered yet; no check ends so.
 */
export type Verdict = "ok" | "warn" | "bad" | "idle" | "running";

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

export interface Run {
  /** In the order given; each line stands for itself as soon as it is known. */
  lines: readonly Check[];
  /** When all are. */
  done: Promise<void>;
}

/** Looks at all of them at once. One that fails in a way nobody foresaw is a finding too, without the error's own text. */
export function startChecks(all: readonly Looked[]): Run {
  const lines = all.map(({ id, title }): Check => {
    return { id, title, verdict: "running", found: "Asking…", todo: null, link: null, copy: [] };
  });
  const looks = all.map(async ({ id, title, look }, n) => {
    lines[n] = { id, title, todo: null, link: null, copy: [], ...(await (async () => look())().catch(failed)) };
  });
  return { lines, done: Promise.all(looks).then(() => undefined) };
}

function failed(cause: unknown) {
  const name = cause instanceof Error ? cause.name : "unknown";
  return { verdict: "bad" as const, found: `The check itself failed (${name}).`, todo: "Try again." };
}

/** The worst of them decides. */
export function overall(checks: readonly Check[]): Verdict {
  for (const verdict of ["bad", "warn", "running", "idle"] as const)
    if (checks.some((check) => check.verdict === verdict)) return verdict;
  return "ok";
}
