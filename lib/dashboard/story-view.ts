/** The story of one file as a page shows it: the sentence and the action first, then what happened. Pure. */
import { type Explained, sourceOf } from "../core/explained.ts";
import { sizeWords } from "../core/sizes.ts";
import type { Story } from "../core/story.ts";
import { whatNext } from "../core/story-words.ts";
import { filesHref } from "./addresses.ts";
import type { FilesQuery } from "./files-query.ts";
import type { Headline } from "./headline.ts";
import { folderOf, nameOf } from "./paths.ts";
import { storyHeadline } from "./story-headline.ts";
import { type TimelineEntry, timelineOf } from "./timeline.ts";

/** What a person may do about it; each says beforehand what it will do. */
export interface Act {
  action: "replay" | "isThere" | "post";
  button: string;
  does: string;
  isFirst: boolean;
  /** What a person must say first, where it cannot be undone. */
  sure: string | null;
  /** A question that may be answered with it. */
  ask: { name: "post"; label: string } | null;
}

export interface StoryView {
  name: string;
  folder: string;
  headline: Headline;
  acts: Act[];
  timeline: TimelineEntry[];
  facts: { label: string; value: string }[];
  /** Where a person sees what was made of it. */
  post: { text: string; href: string } | null;
  /** The file itself, at Dropbox. `isFirst`: that is where it is mended. */
  source: { text: string; href: string; isFirst: boolean } | null;
  isMoving: boolean;
}

const REPLAY: Act = {
  action: "replay",
  button: "Try again",
  does: "Delivers it once more, at once and with fresh attempts. It is looked for first, so nothing is doubled.",
  isFirst: true,
  sure: null,
  ask: null,
};
const IS_THERE: Act = {
  action: "isThere",
  button: "It is there",
  does: "Marks it as delivered. Nothing is sent.",
  isFirst: true,
  sure: null,
  ask: { name: "post", label: "Address or id of the post, if you have it" },
};
const POST: Act = {
  action: "post",
  button: "It is not there: post it",
  does: "Sends it without looking again. If it was there after all, it will be there twice.",
  isFirst: false,
  sure: "I have looked, and it is not there",
  ask: null,
};

/** `names`: between what it lies, where that is known. */
export function storyView(story: Story, now: number, names: Names | null = null, link = ""): StoryView {
  const path = "file" in story ? story.file.path : "";
  const held = "held" in story ? story.held : null;
  const source = sourceOf(story);
  const isMended = story.state === "dead" && source !== null;
  return {
    name: path === "" ? "Unknown file" : nameOf(path),
    folder: path === "" ? "" : folderOf(path),
    headline: storyHeadline(story, now, link),
    acts:
      story.state === "dead" ? [{ ...REPLAY, isFirst: !isMended }] : story.state === "unclear" ? [IS_THERE, POST] : [],
    timeline: timelineOf(story, now),
    facts: factsOf(story, names),
    post: held?.link ? { text: "See the post", href: held.link } : null,
    source: source === null ? null : { text: "Open it in Dropbox", href: source, isFirst: isMended },
    isMoving: story.state === "claimed" || story.state === "waiting",
  };
}

type Names = Pick<Explained, "instance" | "destination">;

function factsOf(story: Story, names: Names | null): StoryView["facts"] {
  const facts: StoryView["facts"] = [{ label: "What comes next", value: whatNext(story) }];
  if (names !== null) {
    facts.push({ label: "Instance", value: names.instance });
    facts.push({ label: "Destination", value: names.destination });
  }
  if ("file" in story) {
    facts.push({ label: "Path", value: story.file.path });
    if (story.file.size !== undefined) facts.push({ label: "Size", value: sizeWords(story.file.size) });
    facts.push({ label: "Revision", value: story.file.rev });
    facts.push({ label: "Dropbox id", value: story.file.id });
  }
  if ("held" in story && story.held !== null) facts.push({ label: "At the destination", value: story.held.remoteId });
  return facts;
}

const TABLES: Partial<Record<Story["state"], FilesQuery["state"]>> = {
  ...{ dead: "dead", unclear: "unclear", waiting: "waiting", claimed: "claimed" },
  ...{ notSelected: "leftOut", old: "leftOut" },
};

/** The table that the file stands in, of the same instance. */
export const tableOf = ({ state }: Story, link: string): string =>
  filesHref({ state: TABLES[state] ?? "settled", link });
