"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";

/** Relative times grow old even when nothing happens. */
const AT_LEAST_EVERY_MS = 60_000;

interface Props {
  /** Answers the mark of what is shown. */
  url: string;
  everySeconds: number;
  /** The mark of what is shown, where it may be old by the time of the first look. */
  shown?: string;
}

/** Keeps the page up to date while somebody looks at it: asks for a short mark, and for the page when that has changed. */
export function Live({ url, everySeconds, shown }: Props) {
  const router = useRouter();
  const [isPaused, pause] = useState(false);
  const [isCut, cut] = useState(false);
  const mark = useRef<string | null>(shown ?? null);
  const shownAt = useRef(0);

  // Also an act of this very page brings it up to date.
  useEffect(() => {
    if (shown !== undefined) mark.current = shown;
  }, [shown]);

  useEffect(() => {
    if (isPaused) return;
    let isOver = false;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        const response = await fetch(url, { cache: "no-store" });
        // The session is over: the page itself leads to the login.
        if (response.status === 401) return location.reload();
        if (!response.ok) throw new Error("no mark");
        const answer: { mark: string } = await response.json();
        if (isOver) return;
        cut(false);
        const isNews = mark.current !== null && mark.current !== answer.mark;
        mark.current = answer.mark;
        if (!isNews && Date.now() - shownAt.current < AT_LEAST_EVERY_MS) return;
        shownAt.current = Date.now();
        router.refresh();
      } catch {
        if (!isOver) cut(true); // what is shown stays, and is said to be old
      }
    };
    shownAt.current = Date.now();
    void look();
    const timer = setInterval(look, everySeconds * 1000);
    document.addEventListener("visibilitychange", look);
    return () => {
      isOver = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [url, everySeconds, isPaused, router]);

  const state = isPaused ? "Not updated" : isCut ? "No connection, trying again" : "Updates by itself";
  return (
    <div className="row small quiet">
      <span role="status">{state}</span>
      <button className="button plain" type="button" onClick={() => pause(!isPaused)}>
        {isPaused ? "Update again" : "Pause updates"}
      </button>
    </div>
  );
}
