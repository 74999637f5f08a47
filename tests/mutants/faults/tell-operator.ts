/** Faults in what the operator is told of. */
import type { Mutant } from "../mutant.ts";

const TELLING = ["tests/relay/tell-operator.test.ts"];

export const tellOperator: readonly Mutant[] = [
  {
    name: "operator-event-noted-before-it-is-taken",
    file: "lib/relay/tell-operator.ts",
    text: "if (isTaken) {",
    replacement: "if (isTaken || status !== null) {",
    breaks: "an event that was not taken is told again",
    tests: TELLING,
  },
  {
    name: "dead-counted-from-the-beginning",
    file: "lib/store/told-store.ts",
    text: 'after === null ? "-inf"',
    replacement: 'after !== 0 ? "-inf"',
    breaks: "a count is of those that were not told yet",
    tests: TELLING,
  },
  {
    name: "operator-event-named-by-chance",
    file: "lib/core/operator-event.ts",
    text: 'update([type, mark, value].join("\\n"))',
    replacement: "update([type, mark, value, Math.random()].join())",
    breaks: "a repeat has the same id",
    tests: TELLING,
  },
  {
    name: "operator-told-for-ever",
    file: "lib/core/operator-event.ts",
    text: ".filter(({ mark, value }) => told.get(mark) !== value)",
    replacement: "",
    breaks: "a trouble is told once",
    tests: TELLING,
  },
];
