/** What may happen in a run: what people do in Dropbox, and what goes wrong. Each step is plain data, so a failure shrinks. */
import fc from "fast-check";
import type { Trouble } from "../sandbox/facebook-records.ts";
import type { ServiceName } from "./network.ts";

/** Few places, so that paths are used again, and files meet those that were there before. */
const place = fc.integer({ min: 0, max: 5 });
export const KINDS = ["json", "photo", "malformed", "oversized", "hidden"] as const;
export type Kind = (typeof KINDS)[number];

const kind = fc.oneof(
  { weight: 5, arbitrary: fc.constant("json" as const) },
  { weight: 2, arbitrary: fc.constant("photo" as const) },
  { weight: 1, arbitrary: fc.constantFrom(...KINDS) },
);
const service = fc.constantFrom<ServiceName>("redis", "queue", "dropbox", "facebook");
const minutes = fc.integer({ min: 1, max: 20 });

const people = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("add" as const), place, kind }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("edit" as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rename" as const), place, to: place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("moveOut" as const, "moveIn" as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("deleteFolder" as const, "renameFolder" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("addMany" as const), count: fc.integer({ min: 2, max: 30 }) }),
  },
);

export const misfortune = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("kill" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("trouble" as const), percent: fc.constantFrom(0, 2, 10, 40) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("down" as const), service, minutes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("longDown" as const), hours: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("resetCursors" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("expireDropboxToken" as const, "expireFacebookToken" as const) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("facebook" as const),
      trouble: fc.constantFrom("createdBut500" as const, "tooMany" as const, "serverError" as const),
      percent: fc.constantFrom(10, 50, 100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("dropboxTooMany" as const), count: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("smallPages" as const), entries: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("disorder" as const), percent: fc.constantFrom(0, 30, 100) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fairWeather" as const) }) },
);

const wait = fc.record({
  do: fc.constant("wait" as const),
  ms: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 2_000 }) },
    { weight: 2, arbitrary: fc.integer({ min: 2_000, max: 60_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 1_200_000 }) },
  ),
});

const withWeight = (peopleWeight: number, misfortuneWeight: number) =>
  fc.oneof(
    { weight: peopleWeight, arbitrary: people },
    { weight: misfortuneWeight, arbitrary: misfortune },
    { weight: 3, arbitrary: wait },
  );

export type Step =
  | (ReturnType<typeof withWeight> extends fc.Arbitrary<infer T> ? T : never)
  /** For histories that are written down: the next request of its kind goes wrong, and only that. */
  | { do: "facebookOnce"; trouble: Trouble };

const history = (step: ReturnType<typeof withWeight>): fc.Arbitrary<Scenario> =>
  fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    processes: fc.integer({ min: 1, max: 3 }),
    steps: fc.array(step, { minLength: 2, maxLength: 24 }),
  });

/** Many changes, few faults: runs meet each other. */
export const busy = history(withWeight(8, 1));
/** Everything goes wrong at once. */
export const stormy = history(withWeight(4, 4));

export interface Scenario {
  /** Of everything not written down: latencies, who gets a job, which request is hit. */
  seed: number;
  processes: number;
  steps: readonly Step[];
}
