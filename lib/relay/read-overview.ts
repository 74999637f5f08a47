/** Everything the overview shows, read at a cost that depends on how many links are shown and on nothing else. */
import type { Instance } from "../core/instance.ts";
import type { Listed } from "../core/listed.ts";
import { type HourTally, lastDay } from "../core/tally.ts";
import type { Context } from "./context.ts";
import { addressOf, laneAt } from "./find-link.ts";
import { destinationName, OWN_NAME } from "./link-names.ts";
import { listDeliveries } from "./list-deliveries.ts";
import { type LinkHealth, readHealth } from "./read-health.ts";
import type { Link } from "./services.ts";
import type { Spent } from "./spending.ts";

/** Stored instances on one page. */
export const SHOWN_MAX = 20;

export interface LinkFacts {
  id: string;
  name: string;
  from: string;
  to: string;
  /** How a stored instance stands; the environment's is always active. */
  status: "active" | "paused" | "unauthorized" | "disabled";
  /** Whether a person has ever started it. */
  isSetUp: boolean;
  trouble: string | null;
  /** How often (s) its folder is listed, for one that heeds no notifications; null: at each, and at each sweep. */
  pollSeconds: number | null;
  /** Null while it does not run. */
  numbers: LinkNumbers | null;
}

export interface LinkNumbers {
  health: LinkHealth;
  notifiedAt: number | null;
  /** The last one that was settled, and the one that comes next. */
  last: Listed | null;
  next: Listed | null;
  /** The last one that failed. */
  failed: Listed | null;
  /** What ended in each hour of the last day, oldest first. */
  hours: HourTally[];
}

export interface Overview {
  links: LinkFacts[];
  spent: Spent;
  /** Begins the next part; null: there is none. */
  after: string | null;
  /** Whether there are instances that are not in it. */
  isPart: boolean;
}

/** `after`: an instance's id; null for the beginning, where the environment's own link stands. */
export async function readOverview(context: Context, after: string | null): Promise<Overview> {
  const { services, setup } = context;
  const own = after === null ? services.links : [];
  const stored = (await services.stored?.page(after ?? "0", SHOWN_MAX)) ?? { instances: [], links: [], next: null };
  const facts = Promise.all([
    ...own.map(async (link) => ({
      id: link.id,
      name: OWN_NAME,
      from: folderOf(link.folder),
      to: setup.facebook.name,
      status: "active" as const,
      isSetUp: true,
      trouble: null,
      pollSeconds: null,
      numbers: await numbersOf(context, link),
    })),
    ...stored.instances.flatMap((one) => {
      const link = stored.links.find(({ id }) => id === one.id);
      return factsOf(one).map(async ({ destination, ...facts }) => {
        const lane = link === undefined ? undefined : laneAt(link, destination);
        return { ...facts, numbers: lane === undefined ? null : await numbersOf(context, lane) };
      });
    }),
  ]);
  const [links, spent] = await Promise.all([facts, services.spending.read()]);
  return { links, spent, after: stored.next, isPart: after !== null || stored.next !== null };
}

/** One for each destination. */
function factsOf({ id, trouble, folder, accountLabel, account, destinations, ...instance }: Instance) {
  const { name, status, isSetUp, pollSeconds } = instance;
  const from = `${folderOf(folder)} of ${accountLabel || account}`;
  const common = { name, from, status, isSetUp, pollSeconds, trouble: trouble?.message ?? null };
  if (destinations.length === 0) return [{ ...common, id, to: "nothing yet", destination: "" }];
  return destinations.map((one) => ({
    ...common,
    ...{ id: addressOf(id, one.id), to: destinationName(one), destination: one.id },
  }));
}

const folderOf = (folder: string): string => folder || "Whole folder";

async function numbersOf({ board, now }: Context, link: Link): Promise<LinkNumbers> {
  const [health, { notifiedAt }, last, next, lines] = await Promise.all([
    readHealth(link, now()),
    board.heard(link.id),
    listDeliveries(link, { state: "settled", limit: 1, after: null }),
    listDeliveries(link, { state: "waiting", limit: 1, after: null }),
    link.outbox.tallies(),
  ]);
  const failed = health.dead === 0 ? null : await listDeliveries(link, { state: "dead", limit: 1, after: null });
  const first = (list: typeof last) => list?.deliveries[0] ?? null;
  return {
    health,
    notifiedAt,
    last: first(last),
    next: first(next),
    failed: first(failed),
    hours: lastDay(lines, now()),
  };
}
