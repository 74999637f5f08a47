/** The checklist as a page shows it: what to do first, then every line. Pure. */
import { counted } from "../core/times.ts";
import type { Check, Verdict } from "../setup/check.ts";
import type { Tone } from "./tone.ts";

const TONE = { ok: "ok", warn: "warn", bad: "bad", idle: "idle", running: "idle" } as const satisfies Record<
  Verdict,
  Tone
>;
const WORD = {
  ok: "Works",
  warn: "Look",
  bad: "Wrong",
  idle: "Not yet",
  running: "Asking",
} as const satisfies Record<Verdict, string>;

export type SetupLine = Omit<Check, "verdict"> & { tone: Tone; word: string };

export interface SetupView {
  tone: Tone;
  sentence: string;
  counts: { verdict: Verdict; tone: Tone; text: string }[];
  lines: SetupLine[];
  toneOf: (verdict: Verdict) => Tone;
}

export function setupView(checks: readonly Check[]): SetupView {
  const of = (verdict: Verdict) => checks.filter((check) => check.verdict === verdict);
  const counts = (["bad", "warn", "running", "idle", "ok"] as const)
    .map((verdict) => ({ verdict, tone: TONE[verdict], text: `${of(verdict).length} ${WORD[verdict].toLowerCase()}` }))
    .filter(({ text }) => !text.startsWith("0 "));
  const first = of("bad")[0] ?? of("running")[0] ?? of("warn")[0] ?? of("idle")[0];
  return {
    tone: first === undefined ? "ok" : TONE[first.verdict],
    sentence: sentenceOf(of),
    counts,
    lines: checks.map(({ verdict, ...check }) => ({ ...check, tone: TONE[verdict], word: WORD[verdict] })),
    toneOf: (verdict) => TONE[verdict],
  };
}

/** Each step needs those before it, so the first fault is the one to mend. */
function sentenceOf(of: (verdict: Verdict) => readonly Check[]): string {
  const bad = of("bad");
  const [first] = bad;
  if (first !== undefined) {
    const rest =
      bad.length === 1 ? "One thing is wrong" : `${counted(bad.length, "thing")} are wrong; begin with the first`;
    return `${rest}: ${first.title}.`;
  }
  // Before the last answer nothing is said of the whole.
  const running = of("running");
  if (running.length > 0) return `Waiting for ${running.map(({ title }) => title).join(", ")}.`;
  const warn = of("warn");
  if (warn.length > 0) return `It works. Worth a look: ${warn.map(({ title }) => title).join(", ")}.`;
  const [idle] = of("idle");
  if (idle !== undefined) return `Nothing is wrong. Still to be seen: ${idle.title}.`;
  return "Everything that can be checked works.";
}
