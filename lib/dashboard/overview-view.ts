/** The overview as a page shows it: what needs a person first, then each link. Pure. */
import { counted, exactTime, relativeTime } from "../core/times.ts";
import type { LinkFacts, Overview } from "../relay/read-overview.ts";
import type { Spent } from "../relay/spending.ts";
import { filesHref, storyHref } from "./addresses.ts";
import { type CostView, cappedOf, costView } from "./cost-view.ts";
import { givenUp, givenUpHeadline } from "./given-up.ts";
import type { Headline } from "./headline.ts";
import { type LinkCard, linkCard } from "./link-card.ts";
import { nameOf } from "./paths.ts";
import { mendingPlace } from "./refused-key.ts";
import { sentence } from "./sentence.ts";

/** Without news for so long, even the sweep has not come. */
const SILENT_MS = 20 * 60_000;
const SOON_DAYS = 7;

export interface OverviewView {
  headline: Headline;
  cards: LinkCard[];
  cost: CostView;
  after: string | null;
  /** Whether something goes on that one may want to watch. */
  isMoving: boolean;
}

export function overviewView({ links, after, isPart, spent }: Overview, now: number): OverviewView {
  const running = links.flatMap(({ numbers }) => (numbers === null ? [] : [numbers.health]));
  const isMoving = running.some(
    ({ waiting, claimed, hold, givenUp }) => claimed > 0 || (waiting > 0 && hold === null && givenUp === null),
  );
  return {
    headline: ofPart(headlineOf(links, spent, now), isPart),
    cards: links.map((link) => linkCard(link, now)),
    cost: costView(spent),
    after,
    isMoving: isMoving && !spent.isCapReached,
  };
}

/** What is said of some instances is not said of all. */
const ofPart = (headline: Headline, isPart: boolean): Headline =>
  isPart
    ? {
        ...headline,
        why: [headline.why, "This is about the instances shown here; there are more."].filter(Boolean).join(" "),
      }
    : headline;

const sum = (links: readonly LinkFacts[], of: "waiting" | "claimed" | "dead" | "unclear" | "settled"): number =>
  links.reduce((total, { numbers }) => total + (numbers?.health[of] ?? 0), 0);

/** One failed file is named, with its reason; several lead to their table. */
function failedOf(links: readonly LinkFacts[], dead: number): Headline {
  const link = links.find(({ numbers }) => numbers?.failed);
  const failed = link?.numbers?.failed;
  if (dead === 1 && link !== undefined && failed?.path) {
    return {
      tone: "bad",
      sentence: `${nameOf(failed.path)} could not be delivered.`,
      why: sentence(failed.last?.message ?? "it is not tried again by itself"),
      action: { text: "See what to do", href: storyHref(failed.id, link.id) },
    };
  }
  const own = link?.numbers?.health.dead ?? dead;
  return {
    tone: "bad",
    sentence: `${filesOf(own, dead, link)} could not be delivered.`,
    why: ["They are not tried again by themselves: each says why, and what to do about it.", othersOf(dead - own)]
      .filter((part) => part !== null)
      .join(" "),
    action: { text: own === 1 ? "Look at it" : "Look at them", href: filesHref({ state: "dead", link: link?.id }) },
  };
}

function unclearOf(links: readonly LinkFacts[], unclear: number): Headline {
  const link = links.find(({ numbers }) => (numbers?.health.unclear ?? 0) > 0);
  const own = link?.numbers?.health.unclear ?? unclear;
  const why = "The answer was lost, and a search could not tell. Nothing is sent again before somebody has looked.";
  return {
    tone: "warn",
    sentence: `${filesOf(own, unclear, link)} may or may not have been posted.`,
    why: [why, othersOf(unclear - own)].filter((part) => part !== null).join(" "),
    action: { text: own === 1 ? "Look at it" : "Look at them", href: filesHref({ state: "unclear", link: link?.id }) },
  };
}

/** A table is of one instance: where others have some too, the sentence is about those that it leads to. */
const filesOf = (own: number, all: number, link: LinkFacts | undefined): string =>
  own === all || link === undefined ? counted(own, "file") : `${counted(own, "file")} of “${link.name}”`;
const othersOf = (more: number): string | null =>
  more === 0 ? null : `${more.toLocaleString("en-US")} more elsewhere: see below.`;

/** One that polls is silent until its time comes. */
const isSilent = ({ numbers, pollSeconds }: LinkFacts, now: number): boolean =>
  numbers !== null && (numbers.health.lastListedAt ?? 0) < now - SILENT_MS - (pollSeconds ?? 0) * 1000;

/** The worst decides; each sentence stands for all links together. */
function headlineOf(links: readonly LinkFacts[], spent: Spent, now: number): Headline {
  const [waiting, dead, unclear] = [sum(links, "waiting"), sum(links, "dead"), sum(links, "unclear")];
  const says = (tone: Headline["tone"], sentence: string, why: string | null = null): Headline => ({
    tone,
    sentence,
    why,
    action: null,
  });
  const setup = { text: "Open setup", href: "/setup" };
  const capped = cappedOf(spent, waiting);
  if (capped !== null) return { ...capped, action: setup };
  const refused = links.find(
    ({ status, numbers }) => status === "unauthorized" || numbers?.health.hold?.reason === "unauthorized",
  );
  if (refused !== undefined) {
    const until = refused.numbers?.health.hold?.until;
    const again = until === undefined ? "" : ` It is tried again ${relativeTime(until, now)}.`;
    // Of an instance that does not run it is not known here what waits.
    const own = refused.numbers?.health.waiting;
    const waits = own === undefined ? "" : `: ${counted(own, "file")} ${own === 1 ? "waits" : "wait"} for a new key`;
    const reason = refused.trouble ?? `${refused.to} does not accept the key of “${refused.name}”`;
    return {
      ...says("bad", `Access of “${refused.name}” was refused${waits}.`),
      why: `${sentence(reason)} Nothing is lost.${again}`,
      action: mendingPlace(refused.id),
    };
  }
  for (const link of links) {
    const found = givenUp(link);
    if (found !== null) return givenUpHeadline(link, found);
  }
  if (dead > 0) return failedOf(links, dead);
  if (unclear > 0) return unclearOf(links, unclear);
  const silent = links.find((link) => isSilent(link, now));
  if (silent?.numbers) {
    const { lastListedAt } = silent.numbers.health;
    const since =
      lastListedAt === null ? "has not been listed yet" : `was last listed ${relativeTime(lastListedAt, now)}`;
    return {
      ...says(lastListedAt === null ? "idle" : "warn", `The folder of “${silent.name}” ${since}.`),
      why: "Neither a notification nor the sweep has come. The setup page looks at each step on the way.",
      action: setup,
    };
  }
  const ending = links.find(({ numbers }) => (numbers?.health.credential?.daysLeft ?? SOON_DAYS + 1) <= SOON_DAYS);
  const endsAt = ending?.numbers?.health.credential?.endsAt;
  if (ending !== undefined && endsAt) {
    return {
      ...says("warn", `The key for ${ending.to} ends ${relativeTime(endsAt, now)}.`),
      why: `On ${exactTime(endsAt)}. Files wait from then on until there is a new one.`,
      action: setup,
    };
  }
  const held = links.find(({ numbers }) => numbers?.health.hold);
  const until = held?.numbers?.health.hold?.until;
  if (held !== undefined && until !== undefined && waiting > 0) {
    const sentence = `${counted(waiting, "file")} ${waiting === 1 ? "goes" : "go"} on ${relativeTime(until, now)}.`;
    return says("wait", sentence, `${held.to} asked for a pause. Nothing needs to be done.`);
  }
  if (waiting + sum(links, "claimed") > 0) {
    return says("wait", `${counted(waiting + sum(links, "claimed"), "file")} on the way.`, "Nothing needs to be done.");
  }
  if (links.length === 0)
    return { ...says("idle", "There is no instance yet."), action: { text: "Connect one", href: "/instances" } };
  return sum(links, "settled") === 0
    ? says("ok", "Ready for the first file.", "Drop one into the folder: it shows up here within seconds.")
    : says("ok", "Everything is done.");
}
