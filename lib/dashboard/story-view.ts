/** The story of one file as a page shows it: the sentence and the action first, then what happened. Pure. */
import type { Story } from "../core/story.ts";
import { whatNext } from "../core/story-words.ts";
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

export function storyView(story: Story, now: number): StoryView {
  const path = "file" in story ? story.file.path : "";
  const held = "held" in story ? story.held : null;
  return {
    name: path === "" ? "Unknown file" : nameOf(path),
    folder: path === "" ? "" : folderOf(path),
    headline: storyHeadline(story, now),
    acts: story.state === "dead" ? [REPLAY] : story.state === "unclear" ? [IS_THERE, POST] : [],
    timeline: timelineOf(story, now),
    facts: factsOf(story),
    post: held?.link ? { text: "See the post", href: held.link } : null,
    isMoving: story.state === "claimed" || story.state === "waiting",
  };
}

function factsOf(story: Story): StoryView["facts"] {
  const facts: StoryView["facts"] = [{ label: "What comes next", value: whatNext(story) }];
  if ("file" in story) {
    facts.push({ label: "Path", value: story.file.path });
    facts.push({ label: "Revision", value: story.file.rev });
    facts.push({ label: "Dropbox id", value: story.file.id });
  }
  if ("held" in story && story.held !== null) facts.push({ label: "At the destination", value: story.held.remoteId });
  return facts;
}
