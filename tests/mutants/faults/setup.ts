/** Faults in the checklist that stays up to date. */
import type { Mutant } from "../mutant.ts";

const CHECKUP = ["tests/unit/checkup.test.ts"];
const MARK = ["tests/relay/setup-mark.test.ts"];

export const setup: readonly Mutant[] = [
  {
    name: "each-look-asks-the-world",
    file: "lib/setup/checkup.ts",
    text: "&& !isOlder(latest, SAME_MOMENT_MS)",
    replacement: "&& false",
    breaks: "all who look in one moment share a run of the checks",
    tests: CHECKUP,
  },
  {
    name: "old-checks-shown-as-new",
    file: "lib/setup/checkup.ts",
    text: "latest.startedAt >= notBefore",
    replacement: "true",
    breaks: "nothing that was asked before something happened is shown after it",
    tests: CHECKUP,
  },
  {
    name: "mending-is-not-watched",
    file: "lib/setup/checkup.ts",
    text: "isMending ? MENDING_MS : FINE_MS",
    replacement: "isMending ? FINE_MS : FINE_MS",
    breaks: "what was mended shows soon",
    tests: CHECKUP,
  },
  {
    name: "fine-is-asked-all-day",
    file: "lib/setup/checkup.ts",
    text: "isMending ? MENDING_MS : FINE_MS",
    replacement: "isMending ? MENDING_MS : MENDING_MS",
    breaks: "a checklist that is fine is asked for once a minute",
    tests: CHECKUP,
  },
  {
    name: "known-is-asked-again",
    file: "lib/setup/checkup.ts",
    text: "(known.find((one) => one.id === line.id) ?? line)",
    replacement: "line",
    breaks: "what is known stands there until it is known better",
    tests: CHECKUP,
  },
  {
    name: "slept-through-run-is-awaited",
    file: "lib/setup/checkup.ts",
    text: "now() - startedAt > LOST_MS",
    replacement: "false",
    breaks: "a run whose process slept is given up",
    tests: CHECKUP,
  },
  {
    name: "late-answer-holds-the-page",
    file: "lib/setup/checkup.ts",
    text: "await Promise.race([run.done, sleep(WAIT_MS)]);",
    replacement: "await run.done;",
    breaks: "one late answer keeps no page away",
    tests: CHECKUP,
  },
  {
    name: "finding-is-no-news",
    file: "lib/relay/read-setup-mark.ts",
    text: "[id, verdict, todo]",
    replacement: "[id]",
    breaks: "another finding brings an open checklist up to date",
    tests: MARK,
  },
  {
    name: "arrival-is-no-news",
    file: "lib/relay/read-setup-mark.ts",
    text: "[test.arrivedAt !== null, isOverdue(test.sentAt, now)]",
    replacement: "[isOverdue(test.sentAt, now)]",
    breaks: "an open page shows the test notification arrive",
    tests: MARK,
  },
  {
    name: "lateness-is-no-news",
    file: "lib/relay/read-setup-mark.ts",
    text: "[test.arrivedAt !== null, isOverdue(test.sentAt, now)]",
    replacement: "[test.arrivedAt !== null]",
    breaks: "an open page says when the test notification is late",
    tests: MARK,
  },
];
