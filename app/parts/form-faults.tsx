import type { FormView } from "@/lib/form/view.ts";

/** Above the form: that it was not saved, and each field that is to be mended. */
export const FormFaults = ({ notice, faults }: Pick<FormView, "notice" | "faults">) =>
  notice === null && faults.length === 0 ? (
    <span id="notice" className="hidden" />
  ) : (
    <section className="headline" data-tone="bad" id="notice" role="alert">
      <p>{notice ?? "Not saved yet."}</p>
      {faults.length === 0 ? null : (
        <ul>
          {faults.map(({ id, label, words }) => (
            <li key={id} className="path">
              <a href={`#${id}`}>{label}</a>: {words}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
