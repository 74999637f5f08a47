/**
 * Schedules: each trigger makes a message. One that came due while the queue was down is triggered once at start; one that
 * was set by a clock since put right does not wait for that clock's time.
 */

import { randomBytes } from "node:crypto";
import { parseCron } from "./cron.ts";
import { type MessageTemplate, messageFrom, type QueueMessage, templateView } from "./message.ts";
import { checkName, type PublishOrder } from "./publish-headers.ts";
import { type Records, write } from "./records.ts";
import { Refusal } from "./refusal.ts";
import type { Timers } from "./timers.ts";

const STORAGE_RETRY_MS = 1000;

export interface Schedule {
  scheduleId: string;
  cron: string;
  createdAt: number;
  template: MessageTemplate;
  delayMs: number;
  isPaused: boolean;
  nextAt: number;
  lastAt: number | null;
}

export interface Schedules {
  /** An existing id is replaced. Throws a Refusal for a bad id or cron. */
  create(cron: string, scheduleId: string | null, order: PublishOrder): Promise<string>;
  pause(scheduleId: string, isPaused: boolean): Promise<void>;
  delete(scheduleId: string): Promise<void>;
  get(scheduleId: string): Schedule;
  all(): Schedule[];
}

export interface SchedulesOptions {
  timers: Timers;
  records: Records;
  /** Takes over a message that is already stored. */
  accept(message: QueueMessage): void;
}

export function createSchedules(loaded: readonly Schedule[], { timers, records, accept }: SchedulesOptions): Schedules {
  const entries = new Map<string, { schedule: Schedule; cancel: () => void }>();

  function keep(schedule: Schedule): void {
    entries.get(schedule.scheduleId)?.cancel();
    const entry = { schedule, cancel: () => {} };
    entries.set(schedule.scheduleId, entry);
    if (!schedule.isPaused) entry.cancel = timers.at(schedule.nextAt, () => void trigger(schedule));
  }

  async function trigger(schedule: Schedule): Promise<void> {
    const now = timers.now();
    const message = messageFrom(schedule.template, now, schedule.delayMs);
    const next = { ...schedule, lastAt: now, nextAt: nextTrigger(schedule.cron, now) };
    const isCurrent = () => entries.get(schedule.scheduleId)?.schedule === schedule;
    for (let isStored = false; !isStored; ) {
      if (!isCurrent()) return;
      try {
        await records.commit([write.putSchedule(next), write.putMessage(message)]);
        isStored = true;
      } catch {
        await timers.wait(STORAGE_RETRY_MS);
      }
    }
    accept(message);
    if (isCurrent()) keep(next);
  }

  function get(scheduleId: string): Schedule {
    const entry = entries.get(scheduleId);
    if (entry === undefined) throw new Refusal(404, `schedule ${scheduleId} not found`);
    return entry.schedule;
  }

  for (const schedule of loaded) {
    keep({ ...schedule, nextAt: Math.min(schedule.nextAt, nextTrigger(schedule.cron, timers.now())) });
  }

  return {
    get,
    all: () => [...entries.values()].map(({ schedule }) => schedule),
    async create(cron, givenId, { template, delayMs }) {
      const now = timers.now();
      const scheduleId = checkName("schedule id", givenId ?? `scd_${randomBytes(12).toString("base64url")}`);
      const nextAt = nextTrigger(cron, now);
      const own = { ...template, scheduleId };
      const schedule = {
        scheduleId,
        cron,
        createdAt: now,
        template: own,
        delayMs,
        isPaused: false,
        nextAt,
        lastAt: null,
      };
      await records.commit([write.putSchedule(schedule)]);
      keep(schedule);
      return scheduleId;
    },
    async pause(scheduleId, isPaused) {
      const schedule = get(scheduleId);
      const changed = { ...schedule, isPaused, nextAt: nextTrigger(schedule.cron, timers.now()) };
      await records.commit([write.putSchedule(changed)]);
      keep(changed);
    },
    async delete(scheduleId) {
      get(scheduleId);
      await records.commit([write.dropSchedule(scheduleId)]);
      entries.get(scheduleId)?.cancel();
      entries.delete(scheduleId);
    },
  };
}

export function scheduleView(schedule: Schedule) {
  const { url, maxRetries, ...template } = templateView(schedule.template);
  return {
    ...template,
    scheduleId: schedule.scheduleId,
    cron: schedule.cron,
    createdAt: schedule.createdAt,
    destination: url,
    retries: maxRetries,
    delay: schedule.delayMs > 0 ? schedule.delayMs / 1000 : undefined,
    isPaused: schedule.isPaused,
    lastScheduleTime: schedule.lastAt ?? undefined,
    nextScheduleTime: schedule.nextAt,
  };
}

function nextTrigger(cron: string, now: number): number {
  try {
    const next = parseCron(cron).nextAfter(now);
    if (next !== null) return next;
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : "cron is not understood");
  }
  throw new Refusal(400, "cron never comes due");
}
