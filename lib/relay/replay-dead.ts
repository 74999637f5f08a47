/**
 * Replays dead deliveries, all that a filter means, in steps of a bounded size; or says what that would do. Whoever asks
 * goes on with the mark of the answer, and sees how far it is.
 */
import type { RecordDeed, Who } from "../core/audit.ts";
import { readMark, writeMark } from "../core/listed.ts";
import { actedOn, type DeadFilter, isMeant } from "../core/replay.ts";
import type { Lane, Services } from "./services.ts";
import { wakeDrain } from "./wake-drain.ts";

type WakingServices = Pick<Services, "queue" | "log" | "now">;

/** Looked at in one step, oldest first. */
const STEP_MAX = 500;
const PART = 50;
const EXAMPLES_MAX = 5;

export interface ReplayStep {
  looked: number;
  /** What the filter means; replayed, unless this is a preview or they were changed meanwhile. */
  meant: number;
  replayed: number;
  examples: { id: string; path: string; reason: string | null }[];
  after: string | null;
}

interface Asked {
  filter: DeadFilter;
  preview: boolean;
  after: string | null;
  /** Null: who asks keeps the record of its calls. */
  audit: { record: RecordDeed; who: Who } | null;
}

/** Null: `after` is no mark. */
export async function replayDead(
  services: WakingServices,
  link: Pick<Lane, "id"> & { desk: Pick<Lane["desk"], "inspection" | "acts"> },
  asked: Asked,
): Promise<ReplayStep | null> {
  const mark = asked.after === null ? null : readMark(asked.after);
  const endsAt = mark === null ? services.now() : Number(mark.within);
  if ((asked.after !== null && mark === null) || !Number.isFinite(endsAt)) return null;
  const step: ReplayStep = { looked: 0, meant: 0, replayed: 0, examples: [], after: null };
  let isWhole = false;
  try {
    await goThrough(services, link, asked, { step, mark, endsAt });
    isWhole = true;
    return step;
  } finally {
    // Also of one that broke off half way: what it replayed until then is due.
    await ended(services, link, step, { ...asked, isWhole });
  }
}

async function goThrough(
  services: WakingServices,
  link: { desk: Pick<Lane["desk"], "inspection" | "acts"> },
  asked: Asked,
  { step, mark, endsAt }: { step: ReplayStep; mark: { score: number; id: string } | null; endsAt: number },
): Promise<void> {
  const means = isMeant(asked.filter);
  let at = mark;
  while (step.looked < STEP_MAX) {
    const page = await link.desk.inspection.page("dead", at, PART, false);
    // What died since the first step may be what that replayed: not once more.
    const rows = page.filter(({ score }) => score <= endsAt);
    const last = rows.at(-1);
    if (last === undefined) return;
    at = last;
    step.looked += rows.length;
    const meant = rows.flatMap(({ value, stored }) =>
      stored !== null && means(stored.delivery) ? [{ value, delivery: stored.delivery }] : [],
    );
    step.meant += meant.length;
    for (const { delivery } of meant.slice(0, EXAMPLES_MAX - step.examples.length)) {
      const { id, path, attempts } = delivery;
      step.examples.push({ id, path, reason: attempts.at(-1)?.message ?? null });
    }
    if (!asked.preview) {
      const now = services.now();
      const acts = meant.map((one) => ({ ...one, delivery: actedOn(one.delivery, "replayed", now) }));
      step.replayed += (await link.desk.acts.replay(acts, now)).filter(Boolean).length;
    }
    if (page.length < PART || rows.length < page.length) return;
  }
  step.after = at === null ? null : writeMark({ within: `${endsAt}`, ...at });
}

async function ended(
  services: WakingServices,
  link: Pick<Lane, "id">,
  step: ReplayStep,
  { filter, preview, audit, isWhole }: Asked & { isWhole: boolean },
): Promise<void> {
  if (!preview && audit !== null) {
    const on = `${link.id}, ${JSON.stringify(filter)}`;
    const ended = `${isWhole ? "" : "failed, "}replayed ${step.replayed} of ${step.meant}`;
    await audit.record({ who: audit.who, act: "replayMany", on, ended });
  }
  if (step.replayed === 0) return;
  services.log.info({ link: link.id, replayed: step.replayed }, "operator.replayed");
  await wakeDrain(services, link);
}
