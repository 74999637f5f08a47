/** The table of files as a page shows it. Pure. */
import type { Listed } from "../core/listed.ts";
import { counted } from "../core/times.ts";
import type { LinkHealth } from "../relay/read-health.ts";
import type { Found } from "../relay/search-files.ts";
import { backfillHref, filesHref, replayHref, storyHref } from "./addresses.ts";
import type { FilesQuery } from "./files-query.ts";
import { OUTCOME } from "./outcome-words.ts";
import { folderOf, nameOf } from "./paths.ts";
import { type Thumbnail, thumbnailsOf } from "./pictures.ts";
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
  /** Null: not of a kind that has a small picture. */
  thumbnail: Thumbnail | null;
}

export interface FilesView {
  tabs: { href: string; name: string; count: number | null; isHere: boolean; tone: Tone }[];
  rows: FileRow[];
  /** The same filter, further on; null: that was all. */
  moreHref: string | null;
  moreText: string;
  /** How far a search has come; null: nothing is searched for. */
  searched: string | null;
  /** The file at exactly the path that is searched for, whatever its state. */
  exact: { name: string; href: string } | null;
  /** Said where there are no rows. */
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

/** In which order a state is looked through. */
const ORDER = {
  dead: "newest ",
  unclear: "newest ",
  settled: "newest ",
  waiting: "next ",
  claimed: "next ",
  leftOut: "",
} as const satisfies Record<FilesQuery["state"], string>;

/** `exact`: the id of the file at exactly the path that is searched for. */
export function filesView(query: FilesQuery, found: Found, health: LinkHealth, exact: string | null = null): FilesView {
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
  const elsewhere = state === "settled" ? tabs.find(({ count, isHere }) => !isHere && (count ?? 0) > 0) : undefined;
  const thumbnails = thumbnailsOf(
    found.files.map((file) => (file.kind === "leftOut" ? file : file.listed)),
    health.link,
  );
  const more = found.after !== null;
  const looked = query.looked + found.looked;
  return {
    tabs,
    rows: found.files.map((file) => ({
      thumbnail: thumbnails.get(file.kind === "leftOut" ? file.id : file.listed.id) ?? null,
      ...(file.kind === "leftOut"
        ? {
            id: file.id,
            ...namesOf(file.path),
            href: storyHref(file.id, health.link),
            tone: "idle" as const,
            word: "Left out",
            note: sentence(file.reason),
            at: null,
          }
        : deliveryRow(file.listed, state, health.link)),
    })),
    moreHref: more
      ? filesHref({ state, q, folder, since, link, after: found.after, looked: isFiltered ? `${looked}` : "" })
      : null,
    moreText: isFiltered ? "Search further" : "Show more",
    searched: isFiltered ? searchedOf(state, looked, more) : null,
    exact: exact === null ? null : { name: q, href: storyHref(exact, health.link) },
    empty:
      isFiltered || more
        ? {
            sentence: more ? "None so far." : "No file fits.",
            why: more ? "Look further, or change the filter." : "Change the filter, or look at another state.",
          }
        : { sentence: nothing, why: elsewhere === undefined ? why : whereElse(elsewhere) },
    isFiltered,
    many: manyOf(state, health),
    timeLabel: TABS[state].time,
  };
}

/** Nobody who waits for a file is asked to drop one. */
function whereElse({ name, count }: { name: string; count: number | null }): string {
  return `${counted(count ?? 0, "file")} ${count === 1 ? "is" : "are"} under ${name}.`;
}

function searchedOf(state: FilesQuery["state"], looked: number, more: boolean): string {
  const files = counted(looked, state === "leftOut" ? "known file" : "file");
  return more ? `Searched the ${ORDER[state]}${files} so far; there are more.` : `Searched all of ${files}.`;
}

function manyOf(state: FilesQuery["state"], health: LinkHealth): FilesView["many"] {
  if (state === "leftOut") return { href: backfillHref(health.link), text: "Publish several" };
  if ((state !== "dead" && state !== "unclear") || health[state] < 2) return null;
  return { href: replayHref(health.link, state), text: "Try several again" };
}

const namesOf = (path: string) => ({ name: nameOf(path), folder: folderOf(path) });

function deliveryRow(
  { id, path, at, attempted, last }: Listed,
  state: FilesQuery["state"],
  link: string,
): Omit<FileRow, "thumbnail"> {
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
