import type { BulkRow } from "@/lib/dashboard/bulk-rows.ts";
import { Badge } from "./badge.tsx";
import { When } from "./when.tsx";

/** The last bulk acts of an instance, each with its state. */
export const BulkList = ({ rows, now }: { rows: readonly BulkRow[]; now: number }) =>
  rows.length === 0 ? null : (
    <section className="panel" aria-labelledby="before">
      <h2 id="before">The last ones</h2>
      <ul className="plain stack">
        {rows.map(({ href, title, about, at, word, tone }) => (
          <li key={href} className="row apart">
            <span className="path">
              <a href={href}>{title}</a>{" "}
              <span className="quiet small">
                {about}, <When at={at} now={now} />
              </span>
            </span>
            <Badge tone={tone}>{word}</Badge>
          </li>
        ))}
      </ul>
    </section>
  );
