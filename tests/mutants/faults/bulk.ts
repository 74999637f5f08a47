/** Faults in backfills and replays of many. */
import type { Mutant } from "../mutant.ts";

const STEPS = ["tests/contract/store.test.ts"];
const BACKFILL = ["tests/relay/backfill.test.ts"];
const REPLAY = ["tests/relay/bulk-replay.test.ts"];
const PLANS = ["tests/unit/bulk.test.ts"];

export const bulk: readonly Mutant[] = [
  {
    name: "backfill-publishes-what-is-published",
    file: "lib/core/backfill.ts",
    text: 'if (known.old !== true && known.skipped === undefined) return { kind: "already" };',
    replacement: "",
    breaks: "a backfill run twice sends nothing twice",
    tests: PLANS,
  },
  {
    name: "backfill-believes-its-own-listing",
    file: "lib/relay/backfill-steps.ts",
    text: "if (known.rev === file.rev && known.path === file.path) return",
    replacement: "if (known.rev !== '' && known.path !== '') return",
    breaks: "a file that was edited meanwhile is published as it is now",
    tests: BACKFILL,
  },
  {
    name: "backfill-ahead-of-live",
    file: "lib/relay/backfill-steps.ts",
    text: 'priority: "backfill",',
    replacement: 'priority: "live",',
    breaks: "new files go before a backfill",
    tests: BACKFILL,
  },
  {
    name: "bulk-not-woken-at-its-end",
    file: "lib/relay/run-bulk.ts",
    text: 'if (state === "running") await wakeDrain(services, link);',
    replacement: "",
    breaks: "what was put in last is delivered without a sweep",
    tests: BACKFILL,
  },
  {
    name: "bulk-forgotten-by-the-sweep",
    file: "lib/relay/run-job.ts",
    text: "if (job.after === undefined) await goOnWithBulks(services);",
    replacement: "",
    breaks: "a bulk act whose job was lost goes on",
    tests: BACKFILL,
  },
  {
    name: "called-off-but-its-worker-commits",
    file: "lib/store/scripts/move-bulk.ts",
    text: "redis.call('DEL', KEYS[2])",
    replacement: "",
    breaks: "nothing is put in after an act was called off",
    tests: STEPS,
  },
  {
    name: "taken-out-of-one-outbox-alone",
    file: "lib/store/scripts/take-out.ts",
    text: "for n = 1, #ids do fits[n] = fits[n] and stored[n] == values[n] and due[n] and not notes[n] end",
    replacement:
      "if box == 0 then for n = 1, #ids do fits[n] = fits[n] and stored[n] == values[n] and due[n] and not notes[n] end end",
    breaks: "a file that has begun anywhere is taken out nowhere",
    tests: STEPS,
  },
  {
    name: "taken-out-and-published-for-good",
    file: "lib/store/scripts/take-out.ts",
    text: "redis.call('HSET', KEYS[2], unpack(restored))",
    replacement: "",
    breaks: "what was taken out is found by the next backfill",
    tests: STEPS,
  },
  {
    name: "ending-counted-for-whoever-asks",
    file: "lib/store/delivery-rows.ts",
    text: "count: tallyOf(to.to, to.delivery)",
    replacement: 'count: "done"',
    breaks: "progress is counted where a delivery ends",
    tests: STEPS,
  },
  {
    name: "replayed-under-the-former-act",
    file: "lib/core/replay.ts",
    text: "...(bulk === undefined ? {} : { bulk: { id: bulk } }),",
    replacement: "...(_ === undefined ? (bulk === undefined ? {} : { bulk: { id: bulk } }) : { bulk: _ }),",
    breaks: "an act counts its own deliveries, and no later one's",
    tests: REPLAY,
  },
  {
    name: "replay-of-what-it-sent-itself",
    file: "lib/relay/replay-steps.ts",
    text: "page.filter(({ score }) => score <= endsAt)",
    replacement: "page.filter(({ score }) => score <= endsAt + services.now())",
    breaks: "what fails again in a replay is not sent over and over",
    tests: REPLAY,
  },
];
