"use client";
import { useState } from "react";

/** A value to take elsewhere: one click selects it, the button copies it. */
export function Copy({ label, value }: { label: string; value: string }) {
  const [said, say] = useState("Copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      say("Copied");
    } catch {
      say("Select it"); // no permission, or not over https
    }
  };
  return (
    <div className="stack">
      <span className="small quiet">{label}</span>
      <div className="copy">
        <code>{value}</code>
        <button className="button plain" type="button" onClick={copy} aria-label={`Copy ${label}`}>
          <span aria-live="polite">{said}</span>
        </button>
      </div>
    </div>
  );
}
