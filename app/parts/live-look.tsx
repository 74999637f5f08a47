"use client";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { LookView } from "@/lib/form/look.ts";

/** After the last key: whoever types on is not interrupted. */
const PAUSE_MS = 500;

const Look = createContext<{ view: LookView | null; isLive: boolean }>({ view: null, isLive: false });

interface Props {
  /** Of the form that is watched. */
  form: string;
  url: string;
  /** What a form without a script asked for. */
  initial: LookView | null;
  children: ReactNode;
}

/** Asks what the form as it is typed would select and post, whenever it rests. */
export function LiveLook({ form: id, url, initial, children }: Props) {
  const [view, show] = useState(initial);
  const [isLive, live] = useState(false);

  useEffect(() => {
    const form = document.getElementById(id);
    if (!(form instanceof HTMLFormElement)) return;
    live(true);
    let asked = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      asked.abort();
      asked = new AbortController();
      try {
        const body = new URLSearchParams([...new FormData(form)].flatMap(settingOf));
        const answer = await fetch(url, { method: "POST", body, signal: asked.signal, cache: "no-store" });
        if (answer.ok) show(await answer.json());
      } catch {
        // Taken over by a newer question, or no connection: what is shown stays.
      }
    };
    const onInput = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE_MS);
    };
    void ask();
    form.addEventListener("input", onInput);
    return () => {
      form.removeEventListener("input", onInput);
      clearTimeout(timer);
      asked.abort();
    };
  }, [id, url]);

  return <Look value={{ view, isLive }}>{children}</Look>;
}

/** Secrets have nothing to do with it, and stay where they are. */
const settingOf = ([name, value]: [string, FormDataEntryValue]): [string, string][] =>
  typeof value === "string" && /^destination$|relay\.(?!.*token)/.test(name) ? [[name, value]] : [];

/** How many files fit, and some that do not. */
export function LookCount() {
  const { view, isLive } = useContext(Look);
  return (
    <div className="look stack">
      <p role="status">
        {view?.sentence ?? (isLive ? "Looking which files fit…" : "Which files fit can be looked up.")}
      </p>
      {view === null || view.leftOut.length === 0 ? null : (
        <ul className="plain small quiet">
          {view.leftOut.map(({ path, reason }) => (
            <li key={path} className="path">
              Left out: {path}, {reason}
            </li>
          ))}
        </ul>
      )}
      {isLive ? null : (
        <div>
          <button className="button" type="submit" name="intent" value="look">
            See which files fit
          </button>
        </div>
      )}
    </div>
  );
}

/** What a post of the newest file would say, or why the template gives none. */
export function LookPreview({ section, field }: { section: string; field: string }) {
  const { view } = useContext(Look);
  const preview = view?.previews[section];
  const fault = view?.faults[field];
  return (
    <div className="look stack" role="status">
      {fault === undefined ? null : <p className="fault small">{fault}</p>}
      {preview === undefined ? null : (
        <>
          <p className="small quiet path">{preview.file ?? ""}</p>
          <p className="small">{preview.sentence}</p>
          {preview.text === null ? null : <blockquote className="preview path">{preview.text}</blockquote>}
        </>
      )}
    </div>
  );
}
