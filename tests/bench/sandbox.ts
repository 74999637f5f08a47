/** The sandbox as a process: files are dropped and records awaited here, where both have their times. */
import { setTimeout as delay } from "node:timers/promises";
import { startSandbox } from "../sandbox/server.ts";
import { serve } from "./child.ts";
import { percentiles } from "./percentiles.ts";

// Dropbox gathers changes; here the way from the notification on is what is measured.
const sandbox = await startSandbox({ coalesceMs: 0 });
const { files } = sandbox.dropbox;
const writes = () => sandbox.facebook.writes();
let dropped = 0;

async function untilWritten(count: number, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  while (writes().length < count) {
    if (Date.now() > end) throw new Error(`${writes().length} of ${count} records in ${limitMs} ms`);
    await delay(1);
  }
}

serve(
  {
    ready: () => ({ env: sandbox.env, url: sandbox.url, accountId: sandbox.dropbox.accountId }),
    register: async (url: string) => {
      const registered = await sandbox.dropbox.register(url);
      if (!registered.ok) throw new Error(registered.reason);
    },
    unregister: () => sandbox.dropbox.notifications.unregister(),
    /** Drops `count` files and waits for all their records; times in ms since the drop. */
    async drop({ count, limitMs }: { count: number; limitMs: number }) {
      const before = { writes: writes().length, requests: sandbox.facebook.requests() };
      dropped += 1;
      const at = performance.timeOrigin + performance.now();
      files.addFiles(count, `/inbox/${dropped}/photo-`);
      const addedMs = performance.timeOrigin + performance.now() - at;
      await untilWritten(before.writes + count, limitMs);
      const times = writes()
        .slice(before.writes)
        .map((write) => write.at - at);
      return {
        addedMs,
        allMs: times.reduce((most, one) => Math.max(most, one), 0),
        ...percentiles(times),
        requests: sandbox.facebook.requests() - before.requests,
        doubles: sandbox.facebook.doubles().length,
        records: sandbox.facebook.records().length,
      };
    },
  },
  () => sandbox.close(),
);
