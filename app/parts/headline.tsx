import type { ReactNode } from "react";
import type { Headline as View } from "@/lib/dashboard/headline.ts";

/** One sentence, why it is so, and the one thing to do. */
export const Headline = ({ view, children }: { view: View; children?: ReactNode }) => (
  <section className="headline" data-tone={view.tone} aria-label="In short">
    <p>{view.sentence}</p>
    {view.why === null ? null : <p className="why">{view.why}</p>}
    {view.action === null ? null : (
      <div className="row">
        <a className="button first" href={view.action.href}>
          {view.action.text}
        </a>
      </div>
    )}
    {children}
  </section>
);
