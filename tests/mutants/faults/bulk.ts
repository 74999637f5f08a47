/** Faults in backfills and replays of many. */
import type { Mutant } from "../mutant.ts";

const STEPS = ["tests/contract/store.test.ts"];
const BACKFILL = ["tests/relay/backfill.test.ts"];
const REPLAY = ["tests/relay/bulk-replay.test.ts"];
const CALLED_OFF = ["tests/relay/bulk-called-off.test.ts"];
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
    text: "if values[n] ~= '' then fits[n]",
    replacement: "if box == 0 then fits[n]",
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
    name: "called-off-by-the-outboxes-of-today",
    file: "lib/relay/take-out-steps.ts",
    text: "link.bulk.placesOf(bulk.outboxes.length === 0 ? link.bulk.outboxes : bulk.outboxes)",
    replacement: "link.bulk.placesOf(link.bulk.outboxes)",
    breaks: "a destination that was added meanwhile does not keep an act from being called off",
    tests: CALLED_OFF,
  },
  {
    name: "forgotten-taken-for-not-begun",
    file: "lib/relay/take-out-steps.ts",
    text: "!isPresent || outboxes.some((outbox) => waitsIn.has(outbox))",
    replacement: "!isPresent || outboxes.length > 0",
    breaks: "what one destination has delivered is taken out of none, also when it is settled for long",
    tests: CALLED_OFF,
  },
  {
    name: "brought-along-and-not-taken-out",
    file: "lib/store/backfill-store.ts",
    text: "{ outboxes: [...formerOf(there), nameOf(there)], isPresent: true }",
    replacement: "{ outboxes: [name], isPresent: true }",
    breaks: "what was brought along to another Page is called off as well",
    tests: CALLED_OFF,
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
