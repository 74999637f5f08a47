import type { FieldView, SectionView } from "@/lib/form/view.ts";
import { FormField } from "./form-field.tsx";
import { LookPreview } from "./live-look.tsx";

const keyOf = ({ name, id }: FieldView): string => name.split("/")[1] ?? id;
/** Facebook's own login gives these. */
const CHOSEN = ["relay.page.id", "relay.page.token"];

/** One more place that files go to. */
export function DestinationSection({ section, hasFacebook }: { section: SectionView; hasFacebook: boolean }) {
  const { id, kind, title, page, fields } = section;
  const isPicked = kind === "page" && hasFacebook;
  const shown = fields.filter((field) => !(isPicked && CHOSEN.includes(keyOf(field))));
  const number = fields.find((field) => keyOf(field) === "relay.page.id");
  return (
    <fieldset className="destination" id={`to-${id}`}>
      <legend>{page === null ? title : `${title}: ${page}`}</legend>
      <input type="hidden" name="destination" value={`${id}:${kind}`} />
      {isPicked && number !== undefined ? (
        <div className="row">
          <input type="hidden" name={number.name} value={number.value} />
          <button className="button" type="submit" name="intent" value={`page:${id}`}>
            {page === null ? "Save and choose the Page" : "Save and choose another Page"}
          </button>
        </div>
      ) : null}
      {shown.map((field) => (
        <div key={field.name} className="stack">
          <FormField field={field} />
          {keyOf(field) === "relay.page.message" ? <LookPreview section={id} field={field.name} /> : null}
        </div>
      ))}
      <div>
        <button className="button" type="submit" name="intent" value={`drop:${id}`}>
          Take out: {page ?? title}
        </button>
      </div>
    </fieldset>
  );
}
