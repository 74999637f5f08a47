/** The table of files as a page shows it. Pure. */
import type { Listed } from "../core/listed.ts";
import type { LinkHealth } from "../relay/read-health.ts";
import type { Found } from "../relay/search-files.ts";
import { backfillHref, filesHref, replayHref, storyHref } from "./addresses.ts";
import type { FilesQuery } from "./files-query.ts";
import { OUTCOME } from "./outcome-words.ts";
import { folderOf, nameOf } from "./paths.ts";
import { sentence } from "./sentence.ts";
import type { Tone } from "./tone.ts";

export interface FileRow {
  id: string;
  name: string;
  folder: string;
  href: string;
  tone: Tone;
  word: string;
  /** What is worth knowing of it in the table. */
  note: string | null;
  at: number | null;
}

export interface FilesView {
  tabs: { href: string; name: string; count: number | null; isHere: boolean; tone: Tone }[];
  rows: FileRow[];
  /** The same filter, further on; null: that was all. */
  moreHref: string | null;
  /** Said where the rows are not all that fits. */
  empty: { sentence: string; why: string };
  isFiltered: boolean;
  /** Where something is done with many of them together; null where there is nothing. */
  many: { href: string; text: string } | null;
  timeLabel: string;
}

const TABS = {
  dead: { name: "Failed", tone: "bad", time: "Failed" },
  unclear: { name: "Unclear", tone: "warn", time: "Since" },
  waiting: { name: "Waiting", tone: "wait", time: "Due" },
  claimed: { name: "In progress", tone: "wait", time: "Ends by" },
  settled: { name: "Done", tone: "ok", time: "Done" },
  leftOut: { name: "Left out", tone: "idle", time: "" },
} as const satisfies Record<FilesQuery["state"], { name: string; tone: Tone; time: string }>;

const EMPTY = {
  dead: ["Nothing has failed.", "A file that cannot be delivered comes here, with the reason and what to do."],
  unclear: ["Nothing is unclear.", "A file comes here when nobody but a person can tell whether it was posted."],
  waiting: ["Nothing waits.", "New files are here for a moment, until they are delivered."],
  claimed: ["Nothing is being delivered now.", "This list empties itself within seconds."],
  settled: ["Nothing has been delivered yet.", "Drop a file into the folder: it shows up here within seconds."],
  leftOut: ["Nothing was left out.", "Files that the rules skip, and those from before the relay, are listed here."],
} as const satisfies Record<FilesQuery["state"], readonly [string, string]>;

export function filesView(query: FilesQuery, found: Found, health: LinkHealth): FilesView {
  const { state, q, folder, since, link } = query;
  const isFiltered = q !== "" || folder !== "" || since !== "";
  const counts = { ...health, leftOut: null };
  const tabs = (Object.keys(TABS) as FilesQuery["state"][]).map((one) => ({
    href: filesHref({ state: one, q, folder, since, link }),
    name: TABS[one].name,
    count: counts[one],
    isHere: one === state,
    tone: TABS[one].tone,
  }));
  const [nothing, why] = EMPTY[state];
  const more = found.after !== null;
  return {
    tabs,
    rows: found.files.map((file) =>
      file.kind === "leftOut"
        ? {
            id: file.id,
            ...namesOf(file.path),
            href: storyHref(file.id, health.link),
            tone: "idle" as const,
            word: "Left out",
            note: sentence(file.reason),
            at: null,
          }
        : deliveryRow(file.listed, state, health.link),
    ),
    moreHref: more ? filesHref({ state, q, folder, since, link, after: found.after }) : null,
    empty:
      isFiltered || more
        ? {
            sentence: more ? `None among the ${found.looked.toLocaleString("en-US")} looked at.` : "No file fits.",
            why: more ? "Look further, or change the filter." : "Change the filter, or look at another state.",
          }
        : { sentence: nothing, why },
    isFiltered,
    many: manyOf(state, health),
    timeLabel: TABS[state].time,
  };
}

function manyOf(state: FilesQuery["state"], health: LinkHealth): FilesView["many"] {
  if (state === "leftOut") return { href: backfillHref(health.link), text: "Publish several" };
  if ((state !== "dead" && state !== "unclear") || health[state] < 2) return null;
  return { href: replayHref(health.link, state), text: "Try several again" };
}

const namesOf = (path: string) => ({ name: nameOf(path), folder: folderOf(path) });

function deliveryRow({ id, path, at, attempted, last }: Listed, state: FilesQuery["state"], link: string): FileRow {
  const names = path === null ? { name: "A stored value that cannot be read", folder: id } : namesOf(path);
  const tries = attempted > 1 ? `${attempted} attempts` : null;
  const outcome = last === null ? null : OUTCOME[last.outcome];
  const isOver = state === "settled";
  const reason = isOver ? null : (last?.message ?? null);
  return {
    id,
    ...names,
    href: storyHref(id, link),
    at,
    tone: isOver ? (outcome?.tone ?? "ok") : TABS[state].tone,
    word: isOver ? (outcome?.word ?? "Done") : TABS[state].name,
    note: [tries, reason === null ? null : sentence(reason)].filter((part) => part !== null).join(": ") || null,
  };
}
