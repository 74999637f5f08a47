/** All that is told of one file, as a person reads it in a terminal: the story, each rule, and what is sent. Pure. */
import type { Explained } from "../core/explained.ts";
import type { Sent } from "../core/sent.ts";
import type { Story } from "../core/story.ts";
import { oneLine, storyText } from "./story-text.ts";

const MARKS = { fits: "✓", not: "✗", unknown: "?" } as const;

export function whyText(told: Explained & { story: Story; next: string }, now: number): string {
  const { instance, destination, rules, rulesNote, sent, source } = told;
  return [
    storyText(told, now),
    `Instance: ${oneLine(instance)}, to ${oneLine(destination)}`,
    ...(source === null ? [] : [`In Dropbox: ${oneLine(source)}`]),
    ...(rules.length === 0 ? [] : ["Rules:"]),
    ...rules.map(({ rule, file, fits }) => `  ${markOf(fits)} ${oneLine(rule)}: ${oneLine(file)}`),
    ...(rulesNote === null ? [] : [`  ${oneLine(rulesNote)}`]),
    ...(sent === null ? [] : sentLines(sent)),
  ].join("\n");
}

const markOf = (fits: boolean | null): string => (fits === null ? MARKS.unknown : fits ? MARKS.fits : MARKS.not);

function sentLines({ what, text, fields, payload, note }: Sent): string[] {
  const body = payload === null || payload === undefined ? [] : JSON.stringify(payload, null, 2).split("\n");
  return [
    `What is sent: ${oneLine(what)}`,
    ...(text === null ? [] : text.split("\n").map((line) => `  | ${oneLine(line)}`)),
    ...fields.map(({ label, value }) => `  ${oneLine(label)}: ${oneLine(value)}`),
    ...body.map((line) => `  ${oneLine(line)}`),
    ...(note === null ? [] : [`  ${oneLine(note)}`]),
  ];
}
