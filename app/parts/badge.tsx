import type { Tone } from "@/lib/dashboard/tone.ts";
import { Shape } from "./icons.tsx";

/** A state in one or two words. */
export const Badge = ({ tone, children }: { tone: Tone; children: string }) => (
  <span className="badge" data-tone={tone}>
    <Shape tone={tone} />
    {children}
  </span>
);
