import type { TimelineEntry } from "@/lib/dashboard/timeline.ts";
import { When } from "./when.tsx";

export const Timeline = ({ entries, now }: { entries: readonly TimelineEntry[]; now: number }) => (
  <ol className="timeline">
    {entries.map((entry, n) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end
      <li key={n} data-tone={entry.tone} className={entry.isNext ? "next" : undefined}>
        <div className="row apart">
          <strong>{entry.title}</strong>
          {entry.at === null ? null : (
            <span className="quiet small">
              <When at={entry.at} now={now} />
            </span>
          )}
        </div>
        {entry.detail === null ? null : <span className="quiet small path">{entry.detail}</span>}
      </li>
    ))}
  </ol>
);
