/**
 * The story of one file for somebody who was sent a link to it: what happened and when. What others said of it, which rule
 * decided, where it lies and what one could do about it stay with who runs the relay. Pure.
 */
import type { Story } from "../core/story.ts";
import type { Headline } from "./headline.ts";
import { nameOf } from "./paths.ts";
import { storyHeadline } from "./story-headline.ts";
import { type TimelineEntry, timelineOf } from "./timeline.ts";

export interface SharedView {
  name: string;
  headline: Headline;
  timeline: TimelineEntry[];
  /** What was made of it, where everybody can see it. */
  post: string | null;
}

/** Where the words for the operator would tell more, or ask for an act. */
const PLAIN: Partial<Record<Story["state"], string>> = {
  dead: "It could not be delivered. Whoever runs the relay sees why.",
  unclear: "It may have been posted, or not. Whoever runs the relay is asked to look.",
  skipped: "Seen, and nothing was made of it.",
  notSelected: "Seen, and left out.",
  old: "It was there before the relay, and is left out.",
};

export function sharedView(given: Story, now: number): SharedView {
  const story = given.state === "waiting" ? { ...given, hold: null } : given;
  const headline = storyHeadline(story, now);
  const held = "held" in story ? story.held : null;
  return {
    name: "file" in story ? nameOf(story.file.path) : "A file",
    headline: { tone: headline.tone, sentence: PLAIN[story.state] ?? headline.sentence, why: null, action: null },
    timeline: timelineOf(story, now).map((entry) => ({ ...entry, detail: null })),
    post: held === null || held.hidden ? null : held.link,
  };
}
