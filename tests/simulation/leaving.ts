/** Histories in which files leave and return again and again, with pauses in which what follows is brought to its end. */
import fc from "fast-check";
import { misfortune, type Scenario, type Step } from "./steps.ts";

/** So few, one of them in a folder that goes as a whole, that a file mostly meets the one that left. */
const place = fc.constantFrom(2, 3, 4);
/** Around the grace, and past it. */
const pause = fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1_000, max: 240_000 }) });
const add = fc.record({
  do: fc.constant("add" as const),
  place,
  kind: fc.constantFrom("json" as const, "json" as const, "photo" as const),
});

/** There, gone and there again, with time for each to be followed, or not quite. */
const leaveAndReturn = fc
  .tuple(place, fc.constantFrom(["delete", "restore"] as const, ["moveOut", "moveIn"] as const), pause, pause)
  .map(([at, [leave, comeBack], before, after]): Step[] => [
    { do: "add", place: at, kind: "json" },
    before,
    { do: leave, place: at },
    after,
    { do: comeBack, place: at },
  ]);

const one: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: add },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("delete" as const, "moveOut" as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("restore" as const, "moveIn" as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("deleteFolder" as const, "renameFolder" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rename" as const), place, to: place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("edit" as const), place }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("down" as const),
      service: fc.constantFrom("dropbox" as const, "facebook" as const),
      minutes: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 2, arbitrary: misfortune },
  { weight: 4, arbitrary: pause },
);

export const leaving: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  processes: fc.integer({ min: 1, max: 2 }),
  steps: fc
    .array(fc.oneof({ weight: 3, arbitrary: one.map((step) => [step]) }, { weight: 1, arbitrary: leaveAndReturn }), {
      minLength: 4,
      maxLength: 16,
      size: "max",
    })
    .map((parts) => parts.flat()),
});
