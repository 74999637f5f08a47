import type { Tone } from "@/lib/dashboard/tone.ts";

/** What came of an act, said once. */
export const Notice = ({ view }: { view: { tone: Tone; text: string } | null }) =>
  view === null ? null : (
    <p className="notice" data-tone={view.tone} role="status">
      {view.text}
    </p>
  );
