import type { CostView } from "@/lib/dashboard/cost-view.ts";

/** What the month has cost so far. */
export const CostPanel = ({ cost }: { cost: CostView }) => (
  <section className="panel" aria-label="Cost this month">
    <h2>Cost this month</h2>
    <dl className="facts">
      {cost.lines.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value}
            <br />
            <span className="quiet small">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
    <p className="quiet small">{cost.how}</p>
  </section>
);
