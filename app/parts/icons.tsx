import type { Tone } from "@/lib/dashboard/tone.ts";

/** The mark of the product, as in app/icon.svg. */
export const Mark = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#1d4ed8" />
    <path
      d="M8 12h11M8 20h16M19 8l4 4-4 4"
      fill="none"
      stroke="#fff"
      strokeWidth="2.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);

/** A shape for each tone, so that no state is told by colour alone. */
const SHAPES = {
  ok: "M2 6.5 5 9.5 10.5 3",
  wait: "M6 2v4l2.5 2M6 11A5 5 0 1 0 6 1a5 5 0 0 0 0 10",
  warn: "M6 1.5 11 10.5H1zM6 5v2.2M6 8.8v.2",
  bad: "M2.5 2.5l7 7M9.5 2.5l-7 7",
  idle: "M2 6h8",
} as const satisfies Record<Tone, string>;

export const Shape = ({ tone }: { tone: Tone }) => (
  <svg viewBox="0 0 12 12" aria-hidden="true">
    <path
      d={SHAPES[tone]}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
