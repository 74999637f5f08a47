/** A story, a list and the numbers of a relay as a person reads them in a terminal. Pure. */
import type { Listed } from "../core/listed.ts";
import { sizeWords } from "../core/sizes.ts";
import type { Story } from "../core/story.ts";
import { duration, exactTime, relativeTime } from "../core/times.ts";
import type { LinkHealth } from "../relay/read-health.ts";

/** Names of files and words of others may hold what moves a terminal's cursor. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");

/** "2026-11-25 13:05:09 UTC (4 min ago)" */
export const timeOf = (at: number, now: number): string => `${exactTime(at)} (${relativeTime(at, now)})`;

export function storyText({ story, next }: { story: Story; next: string }, now: number): string {
  return [headOf(story, now), ...linesOf(story, now), `Next: ${next}`].join("\n");
}

function headOf(story: Story, now: number): string {
  const when = (at: number) => timeOf(at, now);
  switch (story.state) {
    case "notSeen":
      return `Not seen. ${story.lastListedAt === null ? "Nothing has been listed yet." : `Last listing: ${when(story.lastListedAt)}`}`;
    case "folder":
      return "A folder.";
    case "old":
      return "Old: it was there before the relay.";
    case "notSelected":
      return `Not selected: ${oneLine(story.reason)}${story.rule === null ? "" : ` (${story.rule.name}=${oneLine(story.rule.value)})`}`;
    case "waiting":
      return `Waiting (${story.priority}), due ${when(story.dueAt)}${story.hold === null ? "" : `, behind a hold (${story.hold.reason})`}; ${story.attempted} attempts count`;
    case "claimed":
      return `Being delivered, attempt ${story.attempted}; the claim ends ${when(story.until)}`;
    case "delivered":
      return `Delivered ${when(story.at)}`;
    case "withdrawn":
      return `${story.how === "hidden" ? "Hidden" : "Taken away"} ${when(story.at)}, as its file is gone`;
    case "skipped":
      return `Skipped ${when(story.at)}: ${oneLine(story.reason)}`;
    case "dead":
      return `Dead since ${when(story.at)}, after ${story.attempted} attempts: ${oneLine(story.reason)}`;
    case "unclear":
      return `Unclear since ${when(story.at)}: ${oneLine(story.reason)}`;
    case "forgotten":
      return "Over, and its story is no longer kept.";
  }
}

function linesOf(story: Story, now: number): string[] {
  const lines: string[] = [];
  if ("file" in story)
    lines.push(
      `File: ${oneLine(story.file.path)}  ${oneLine(story.file.id)}  revision ${oneLine(story.file.rev)}${story.file.size === undefined ? "" : `  ${sizeWords(story.file.size)}`}`,
    );
  if ("seenAt" in story) lines.push(`Seen: ${timeOf(story.seenAt, now)}, by a ${story.seenBy}`);
  if ("gone" in story && story.gone !== null)
    lines.push(`The file is gone: ${story.gone === "deleted" ? "deleted" : "moved out"}`);
  if ("attempts" in story) {
    for (const { number, at, ms, outcome, message } of story.attempts) {
      const said = message === undefined ? "" : `: ${oneLine(message)}`;
      lines.push(
        number === 0
          ? `  ${timeOf(at, now)} ${outcome}${said}`
          : `  ${timeOf(at, now)} attempt ${number}, ${outcome} after ${duration(ms)}${said}`,
      );
    }
  }
  if ("held" in story && story.held !== null) {
    const { remoteId, link, rev, at, hidden } = story.held;
    lines.push(
      `There${hidden ? ", hidden" : ""}: ${oneLine(link ?? remoteId)}, revision ${oneLine(rev)}, since ${timeOf(at, now)}`,
    );
  }
  return lines;
}

export function listText(deliveries: readonly Listed[], now: number): string {
  return deliveries
    .map(({ id, path, at, last }) => {
      const why =
        last === null ? "" : `  ${last.outcome}${last.message === undefined ? "" : `: ${oneLine(last.message)}`}`;
      return `${timeOf(at, now)}  ${oneLine(id)}  ${path === null ? "(unreadable)" : oneLine(path)}${why}`;
    })
    .join("\n");
}

export function healthText(links: readonly LinkHealth[], now: number): string {
  return links
    .flatMap((one) => [
      `${one.link}: ${one.waiting} waiting, ${one.claimed} being delivered, ${one.dead} dead, ${one.unclear} unclear, ${one.settled} settled`,
      ...(one.oldestWaitingMs === null ? [] : [`  the next one has waited for ${duration(one.oldestWaitingMs)}`]),
      ...(one.hold === null ? [] : [`  on hold (${one.hold.reason}) until ${timeOf(one.hold.until, now)}`]),
      ...(one.givenUp === null
        ? []
        : [`  its endpoint is ${one.givenUp.status} since ${timeOf(one.givenUp.since, now)}, and not called`]),
      `  ${one.lastListedAt === null ? "nothing listed yet" : `last listing ${timeOf(one.lastListedAt, now)}`}`,
      ...credentialLines(one.credential, now),
    ])
    .join("\n");
}

function credentialLines(credential: LinkHealth["credential"], now: number): string[] {
  if (credential === null) return [];
  const { isValid, endsAt, missing } = credential;
  const end = endsAt === null ? "has no end" : `ends ${timeOf(endsAt, now)}`;
  return [
    `  the token ${isValid ? end : "is no longer valid"}`,
    ...(missing.length === 0 ? [] : [`  it lacks ${missing.map(oneLine).join(", ")}`]),
  ];
}
