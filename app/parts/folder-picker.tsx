"use client";
import { type MouseEvent, useEffect, useRef, useState } from "react";
import type { Level } from "@/lib/form/browse.ts";

interface Props {
  id: string;
  name: string;
  value: string;
  said: string | undefined;
  isFaulty: boolean;
  /** Answers one level. */
  url: string;
  /** Shown at once: what a form without a script asked for. */
  initial: Level | null;
}

/** A folder to type, or to find. Its buttons send the form where no script runs, and show the next level where one does. */
export function FolderPicker({ id, name, value: given, said, isFaulty, url, initial }: Props) {
  const [value, setValue] = useState(given);
  const [level, setLevel] = useState(initial);
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLElement>(null);
  const chosen = useRef(given);

  // What listens to the form hears of a folder that was not typed, too.
  useEffect(() => {
    if (chosen.current === value) return;
    chosen.current = value;
    input.current?.dispatchEvent(new Event("input", { bubbles: true }));
  }, [value]);

  const open = async (event: MouseEvent, path: string) => {
    event.preventDefault();
    setBusy(true);
    try {
      const answer = await fetch(`${url}?${new URLSearchParams({ path })}`, { cache: "no-store" });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error("no level");
      setLevel(await answer.json());
      list.current?.focus();
    } catch {
      setLevel({ path, up: null, folders: [], isCut: false, fault: "That could not be asked. Try again." });
    } finally {
      setBusy(false);
    }
  };
  const choose = (event: MouseEvent, path: string) => {
    event.preventDefault();
    setValue(path);
    setLevel(null);
    input.current?.focus();
  };
  const step = (path: string) => ({
    type: "submit" as const,
    name: "intent",
    value: `browse:${path}`,
    onClick: (event: MouseEvent) => open(event, path),
  });

  return (
    <div className="stack">
      <div className="beside">
        <input
          ref={input}
          id={id}
          name={name}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={said}
          aria-invalid={isFaulty || undefined}
        />
        <button className="button" {...step(value)} aria-expanded={level !== null} disabled={isBusy}>
          {isBusy ? "Looking…" : "Choose"}
        </button>
      </div>
      <section ref={list} tabIndex={-1} aria-label="Folders" hidden={level === null}>
        {level === null ? null : (
          <div className="folders">
            <p className="small path" role="status">
              {level.fault ?? (level.path === "" ? "The whole account" : level.path)}
            </p>
            <ul className="plain">
              {level.up === null ? null : (
                <li>
                  <button className="button plain" {...step(level.up)}>
                    ↑ Up
                  </button>
                </li>
              )}
              {level.folders.map((folder) => (
                <li key={folder.path}>
                  <button className="button plain path" {...step(folder.path)}>
                    {folder.name}
                  </button>
                </li>
              ))}
            </ul>
            {level.fault === null && level.folders.length === 0 ? (
              <p className="quiet small">No folder in here.</p>
            ) : null}
            {level.isCut ? <p className="quiet small">There are more: type the path of one that is missing.</p> : null}
            {level.fault === null ? (
              <button
                className="button"
                type="submit"
                name="intent"
                value={`choose:${level.path}`}
                disabled={isBusy}
                onClick={(event) => choose(event, level.path)}
              >
                Use {level.path === "" ? "the whole account" : "this folder"}
              </button>
            ) : null}
          </div>
        )}
      </section>
    </div>
  );
}
