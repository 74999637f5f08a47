import type { ReactNode } from "react";
import type { FieldView } from "@/lib/form/view.ts";

/** One field with its label, what it is for, and what is wrong with it. */
export function FormField({ field, children }: { field: FieldView; children?: ReactNode }) {
  const { name, id, label, type, hint, fault } = field;
  const said = saidBy(field);
  if (type === "switch") {
    return (
      <div className="field switch">
        <input type="checkbox" id={id} name={name} value="on" defaultChecked={field.isOn} aria-describedby={said} />
        <label htmlFor={id}>{label}</label>
        {hint === "" ? null : (
          <p className="quiet small" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    );
  }
  return (
    <div className="field" data-field={name} data-fault={fault === null ? undefined : ""}>
      <label htmlFor={id}>{label}</label>
      {children ?? <Control field={field} said={said} />}
      {fault === null ? null : (
        <p className="fault small" id={`${id}-fault`}>
          {label}: {fault}
        </p>
      )}
      {hint === "" ? null : (
        <p className="quiet small" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {field.isKept ? (
        <div className="switch small">
          <input type="checkbox" id={`${id}-forget`} name="forget" value={name} />
          <label htmlFor={`${id}-forget`}>Forget the {label} that is kept</label>
        </div>
      ) : null}
    </div>
  );
}

/** What describes a control, for who cannot see where it stands. */
export const saidBy = ({ id, fault, hint }: FieldView): string | undefined =>
  [fault === null ? null : `${id}-fault`, hint === "" ? null : `${id}-hint`].filter((one) => one !== null).join(" ") ||
  undefined;

function Control({ field, said }: { field: FieldView; said: string | undefined }) {
  const { name, id, type, value, fault, isKept, options } = field;
  const common = { id, name, "aria-describedby": said, "aria-invalid": fault === null ? undefined : true };
  switch (type) {
    case "area":
      return <textarea {...common} rows={5} maxLength={10_000} defaultValue={value} spellCheck={false} />;
    case "select":
      return (
        <select {...common} defaultValue={value}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      );
    case "password":
      return (
        <input
          {...common}
          type="password"
          autoComplete="new-password"
          placeholder={isKept ? "Kept. Type to replace it" : ""}
        />
      );
    case "url":
      // Not type="url": the browser would stop the form with words of its own, and in its own language.
      return <input {...common} inputMode="url" autoComplete="off" spellCheck={false} defaultValue={value} />;
    case "number":
      return <input {...common} inputMode="numeric" autoComplete="off" defaultValue={value} />;
    default:
      return <input {...common} autoComplete="off" defaultValue={value} />;
  }
}
