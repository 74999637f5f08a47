"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { momentOf } from "@/lib/dashboard/moment.ts";

/** A mark does not tell everything. */
const AT_LEAST_EVERY_MS = 60_000;
/** Without news for so long, a page that was left open is looked after less often: each look costs. */
const QUIET_MS = 600_000;
const QUIET_FACTOR = 4;

interface Props {
  /** Answers the mark of what is shown. */
  url: string;
  everySeconds: number;
  /** The mark of what is shown, where it may be old by the time of the first look. */
  shown?: string;
}

const isQuiet = (newsAt: number): boolean => Date.now() - newsAt > QUIET_MS;

/** Relative times do so even when nothing happens. Only their words are written: React keeps the element. */
function growOld(): void {
  for (const time of document.querySelectorAll("time")) {
    const at = Date.parse(time.dateTime);
    if (time.firstChild !== null && Number.isFinite(at)) time.firstChild.nodeValue = momentOf(at, Date.now()).words;
  }
}

/** Keeps the page up to date while somebody looks at it: asks for a short mark, and for the page when that has changed. */
export function Live({ url, everySeconds, shown }: Props) {
  const router = useRouter();
  const [isPaused, pause] = useState(false);
  const [isCut, cut] = useState(false);
  const mark = useRef<string | null>(shown ?? null);
  const shownAt = useRef(0);
  const newsAt = useRef(0);

  // Also an act of this very page brings it up to date.
  useEffect(() => {
    if (shown !== undefined) mark.current = shown;
  }, [shown]);

  useEffect(() => {
    if (isPaused) return;
    let isOver = false;
    let ticks = 0;
    const tick = () => {
      ticks += 1;
      growOld();
      if (!isQuiet(newsAt.current) || ticks % QUIET_FACTOR === 0) void look();
    };
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
        if (isNews) newsAt.current = Date.now();
        const atLeastEvery = isQuiet(newsAt.current) ? QUIET_MS : AT_LEAST_EVERY_MS;
        if (!isNews && Date.now() - shownAt.current < atLeastEvery) return;
        shownAt.current = Date.now();
        router.refresh();
      } catch {
        if (!isOver) cut(true); // what is shown stays, and is said to be old
      }
    };
    shownAt.current = Date.now();
    newsAt.current = Date.now();
    void look();
    const timer = setInterval(tick, everySeconds * 1000);
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
