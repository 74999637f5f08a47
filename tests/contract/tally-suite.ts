/** What is counted along with the batches: exactly, by no command more, and of our own claims alone. */
import type { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Step } from "@/lib/core/delivery.ts";
import { BUCKETS, endedWell, HOUR_MS, lastDay } from "@/lib/core/tally.ts";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createMeter } from "@/lib/store/meter.ts";
import { createOutboxStore, type OutboxStore } from "@/lib/store/outbox-store.ts";
import { createSourceStore } from "@/lib/store/source-store.ts";
import { createUseStore } from "@/lib/store/use-store.ts";
import { clientOf, TOKEN } from "./redis-commands.ts";
import { aCommit, aTurn, NOW } from "./store-calls.ts";

const delivery = (id: string) => ({
  ...{ id, instance: "i", rev: "r1", name: id, path: `/${id}`, size: 1, serverModified: NOW },
  ...{ priority: "live" as const, seenAt: NOW, seenBy: "sweep" as const, attempts: [] },
});
const well = (id: string): Step => ({ to: "settled", delivery: delivery(id), remoteId: `remote ${id}` });
const left = (id: string, outcome: string): Step => ({
  ...{ to: "settled", remoteId: null },
  delivery: { ...delivery(id), attempts: [{ number: 1, at: NOW, ms: 1, outcome }] },
});
const dead = (id: string): Step => ({ to: "dead", delivery: delivery(id) });
const later = (id: string): Step => ({
  ...{ to: "due", delivery: delivery(id), dueAt: NOW + 1, counted: true, clearAt: null },
});

export function describeTally(name: string, makeBackend: () => Promise<RedisBackend>): void {
  describe(name, () => {
    let backend: RedisBackend;
    let rest: Awaited<ReturnType<typeof startRedisRest>>;
    let redis: Redis;
    let outbox: OutboxStore;
    const meter = createMeter();

    beforeAll(async () => {
      backend = await makeBackend();
      rest = await startRedisRest({ backend, token: TOKEN });
      redis = clientOf(rest.url);
      outbox = createOutboxStore(redis, "d", { remembers: false, claimMs: 30_000, meter });
    });
    beforeEach(async () => {
      await redis.flushall();
    });
    afterAll(() => rest?.close());

    async function claimed(...ids: string[]): Promise<void> {
      const source = createSourceStore(redis, "i", "d");
      const begun = await source.begin("t");
      const cursorBefore = begun.kind === "taken" ? begun.cursor : "";
      const deliveries = ids.map(delivery);
      expect(await source.commit(aCommit({ deliveries, cursorBefore }))).toEqual({ kind: "committed" });
      await outbox.settleAndClaim(aTurn({ claimToken: "w" }));
    }
    const settle = (steps: readonly Step[], now = NOW, settleToken = "w") =>
      outbox.settleAndClaim(
        aTurn({
          settleToken,
          claimToken: "x",
          now,
          limit: 0,
          settlements: steps.map((step) => ({ attempt: 1, step })),
        }),
      );
    const hours = async (now: number) => lastDay(await outbox.tallies(), now);

    it("settled in two batches and two hours → counted in each, by how long it took; one to be tried again is not", async () => {
      await claimed("a", "b", "c", "e");
      await settle([well("a"), dead("b"), later("e")], NOW + 20);
      await settle([well("c")], NOW + HOUR_MS);
      const day = await hours(NOW + HOUR_MS);
      expect(day.slice(-2).map((one) => [endedWell(one), one.failed])).toEqual([
        [1, 1],
        [1, 0],
      ]);
      expect(day.at(-2)?.took[1]).toBe(1);
      expect(day.at(-1)?.took).toHaveLength(BUCKETS);
    });

    it("skipped, taken back or hidden → counted as left, and as neither delivered nor failed", async () => {
      await claimed("a", "b", "c", "e");
      await settle([left("a", "skipped"), left("b", "removed"), left("c", "hidden"), well("e")]);
      const last = (await hours(NOW)).at(-1);
      expect(last).toMatchObject({ left: 3, failed: 0 });
      expect(last === undefined ? null : endedWell(last)).toBe(1);
    });

    it("settled again, or under another's claim → not counted again", async () => {
      await claimed("a", "b");
      await settle([well("a")]);
      await settle([well("a")]);
      await settle([dead("b")], NOW, "not the claim's");
      const last = (await hours(NOW)).at(-1);
      expect([last?.failed, last === undefined ? null : endedWell(last)]).toEqual([0, 1]);
    });

    it("the place of an hour two days ago → taken over, and not added to", async () => {
      await claimed("a", "b");
      await settle([well("a"), dead("b")], NOW);
      const later48 = NOW + 48 * HOUR_MS;
      await claimed("c");
      await settle([well("c")], later48);
      expect((await outbox.tallies()).filter((line) => line !== null)).toHaveLength(1);
      const last = (await hours(later48)).at(-1);
      expect([last?.failed, last === undefined ? null : endedWell(last)]).toEqual([0, 1]);
    });

    it("what a process used → added to the month once a minute, by processes together", async () => {
      const use = createUseStore(redis);
      const at = Date.UTC(2026, 11, 5);
      meter.take(at - 120_000);
      meter.add({ commands: 7, messages: 2, files: 1 });
      await outbox.settleAndClaim(aTurn({ now: at }));
      meter.add({ commands: 1 });
      await outbox.settleAndClaim(aTurn({ now: at + 59_000 }));
      expect(await use.read("2026-12")).toEqual({ commands: 7, messages: 2, files: 1 });
      await outbox.settleAndClaim(aTurn({ now: at + 60_000 }));
      expect(await use.read("2026-12")).toEqual({ commands: 8, messages: 2, files: 1 });
      expect(await use.read("2027-01")).toEqual({ commands: 0, messages: 0, files: 0 });
      expect([
        await use.isFirst("2026-12", 5),
        await use.isFirst("2026-12", 5),
        await use.isFirst("2026-12", 6),
      ]).toEqual([true, false, true]);
    });
  });
}
