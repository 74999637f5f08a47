/** The checklist for a terminal, and as it comes back over HTTP. Pure. */
import { z } from "zod";
import { type Check, overall, type Verdict } from "./check.ts";

const MARK = { ok: "ok   ", warn: "look ", bad: "WRONG", idle: "-    ", running: "…    " } as const satisfies Record<
  Verdict,
  string
>;

/** What `GET /api/setup` answers. */
export const checksSchema = z.object({
  checks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      verdict: z.enum(["ok", "warn", "bad", "idle"]),
      found: z.string(),
      todo: z.string().nullable(),
      link: z.object({ text: z.string(), href: z.string() }).nullable(),
      copy: z.array(z.object({ label: z.string(), value: z.string() })),
    }),
  ),
});

/** Lines to print, and whether a script may go on: only what is wrong stops it. */
export function reportOf(checks: readonly Check[]): { lines: string[]; exitCode: 0 | 1 } {
  const lines = checks.flatMap(({ verdict, title, found, todo, link, copy }) => {
    const more = [
      ...(todo === null ? [] : [todo]),
      ...copy.map(({ label, value }) => `${label}: ${value}`),
      ...(link === null ? [] : [link.href]),
    ];
    return [
      `${MARK[verdict]}  ${title}: ${found}`,
      ...(verdict === "ok" ? [] : more.map((line) => `         ${line}`)),
    ];
  });
  return { lines, exitCode: overall(checks) === "bad" ? 1 : 0 };
}
