/** An endpoint of events that was given up on: in words, and where its owner has it called again. Pure. */
import { counted } from "../core/times.ts";
import type { LinkFacts } from "../relay/read-overview.ts";
import { instanceHref } from "./addresses.ts";
import type { Headline } from "./headline.ts";

export interface GivenUp {
  since: number;
  why: string;
  /** The form that has it called again. */
  form: { href: string; fields: Record<string, string> };
}

const WHY = {
  paused: "It answered with nothing but failures for five days.",
  disabled: "It answered 410 Gone: nobody listens there any more.",
} as const;

/** Null while it is called, or where there is no endpoint of events. */
export function givenUp({ id, numbers }: Pick<LinkFacts, "id" | "numbers">): GivenUp | null {
  const found = numbers?.health.givenUp ?? null;
  if (found === null) return null;
  const href = instanceHref(id);
  return {
    since: found.since,
    why: WHY[found.status],
    form: href === null ? { href: "/endpoint", fields: {} } : { href: `${href}/act`, fields: { action: "wake" } },
  };
}

export function givenUpHeadline({ id, to, numbers }: LinkFacts, { why }: GivenUp): Headline {
  const waiting = numbers?.health.waiting ?? 0;
  const waits = waiting === 0 ? "" : `: ${counted(waiting, "file")} ${waiting === 1 ? "waits" : "wait"}`;
  return {
    tone: "bad",
    sentence: `${to} is not called any more${waits}.`,
    why: `${why} Nothing is lost: all that waits goes out once it is called again.`,
    action: { text: "See what to do", href: `#${cardId(id)}` },
  };
}

/** Of a link's card, on the page that shows it. */
export const cardId = (link: string): string => `link-${link}`;

/** Where the endpoint of a destination is called again, from elsewhere: a stored one's on its page. */
export function callingPlace(link: string): NonNullable<Headline["action"]> {
  const href = instanceHref(link);
  return { text: "See what to do", href: href === null ? "/" : `${href}#acts` };
}
