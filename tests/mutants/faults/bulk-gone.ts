/** Faults in what becomes of a bulk act whose destination is removed. */
import type { Mutant } from "../mutant.ts";

const AS_PLANNED = ["tests/relay/bulk-as-planned.test.ts"];

export const bulkGone: readonly Mutant[] = [
  {
    name: "gone-is-paused",
    file: "lib/relay/run-bulk.ts",
    text: "return (await isGone(services, found)) ? giveUp(services, found, run) : DONE;",
    replacement: "return DONE;",
    breaks: "what is planned for a destination that was removed is called off",
    tests: AS_PLANNED,
  },
  {
    name: "paused-is-gone",
    file: "lib/relay/bulk-link.ts",
    text: "every((place) => !place.isPresent)",
    replacement: "every(() => true)",
    breaks: "what waits for a paused instance is not called off",
    tests: AS_PLANNED,
  },
  {
    name: "gone-is-not-looked-for",
    file: "lib/relay/run-bulk.ts",
    text: "if (await isGone(services, bulk)) await askFor(services, bulk);",
    replacement: "if (false) await askFor(services, bulk);",
    breaks: "what runs for a destination that was removed is called off by the next sweep",
    tests: AS_PLANNED,
  },
  {
    name: "gone-is-started",
    file: "lib/relay/act-on-bulk.ts",
    text: "link === null && (await isGone(services, bulk))",
    replacement: "false",
    breaks: "what is planned for a destination that was removed is not started",
    tests: AS_PLANNED,
  },
  {
    name: "ended-needs-its-destination",
    file: "lib/relay/run-bulk.ts",
    text: 'bulk.state === "cancelling" || isEnded(bulk);',
    replacement: 'bulk.state === "cancelling";',
    breaks: "what was called off for a destination that was removed is looked after no more",
    tests: AS_PLANNED,
  },
];
