/** Faults in what is counted, and in the cap on what it costs. */
import type { Mutant } from "../mutant.ts";

const TALLY = ["tests/contract/store.test.ts"];
const SPENDING = ["tests/relay/spending.test.ts"];

export const numbers: readonly Mutant[] = [
  {
    name: "skipped-counted-as-delivered",
    file: "lib/store/delivery-rows.ts",
    text: "isLeft ? LEFT_PLACE : tookPlace(now - to.delivery.seenAt)",
    replacement: "tookPlace(now - to.delivery.seenAt)",
    breaks: "what was skipped or taken back is not counted as delivered",
    tests: TALLY,
  },
  {
    name: "hour-of-two-days-ago-added-to",
    file: "lib/store/scripts/settle-and-claim.ts",
    text: "if tally[1] ~= hour then tally = {hour} end",
    replacement: "tally[1] = hour",
    breaks: "the numbers of an hour are of that hour alone",
    tests: TALLY,
  },
  {
    name: "every-settlement-counted-as-an-end",
    file: "lib/store/scripts/settle-and-claim.ts",
    text: "if counts[n] ~= '' then",
    replacement: "counts[n] = counts[n] == '' and '1' or counts[n]\n      if true then",
    breaks: "what is tried again has neither failed nor ended well",
    tests: TALLY,
  },
  {
    name: "use-written-with-every-batch",
    file: "lib/store/meter.ts",
    text: "now - writtenAt < WRITE_EVERY_MS || ",
    replacement: "",
    breaks: "counting costs no command a batch",
    tests: TALLY,
  },
  {
    name: "cap-looked-at-between-jobs-alone",
    file: "lib/relay/drain-outbox.ts",
    text: "const stopped = isLeft || (await services.spending.isCapReached());",
    replacement: "const stopped = isLeft;",
    breaks: "a run under way ends at the cap",
    tests: SPENDING,
  },
  {
    name: "cap-looked-at-within-drains-alone",
    file: "lib/relay/run-job.ts",
    text: 'if (job.job !== "bulk" && (await spending.isCapReached())) {',
    replacement: "if (false) {",
    breaks: "nothing is listed above the cap",
    tests: SPENDING,
  },
  {
    name: "cap-of-last-month-still-reached",
    file: "lib/relay/spending.ts",
    text: "const written = await use.read(month.name);",
    replacement: 'const written = await use.read("2026-11");',
    breaks: "the next month goes on by itself",
    tests: SPENDING,
  },
];
