/** Faults in the history of events, in fetching them, and in sending them again. */
import type { Mutant } from "../mutant.ts";

const HISTORY = ["tests/routes/event-history.test.ts"];

export const events: readonly Mutant[] = [
  {
    name: "events-place-of-the-last-one",
    file: "lib/store/scripts/log-events.ts",
    text: "place = place + 1",
    replacement: "place = place",
    breaks: "whoever fetches events in parts misses none",
    tests: HISTORY,
  },
  {
    name: "events-queued-and-sent",
    file: "lib/destinations/callback/destination.ts",
    text: "const answered = isQueue ?",
    replacement: "const answered = isQueue && state !== UNTROUBLED ?",
    breaks: "nothing is sent to an endpoint whose events are fetched",
    tests: HISTORY,
  },
  {
    name: "events-kept-for-ever",
    file: "lib/store/event-log.ts",
    text: "const from = Math.max(sequence, (now - EVENTS_KEPT_MS) * 1000);",
    replacement: "const from = sequence;",
    breaks: "an event is kept for seven days",
    tests: HISTORY,
  },
  {
    name: "events-replayed-as-a-newer-one",
    file: "lib/relay/replay-event.ts",
    text: ": current === event;",
    replacement: ": true;",
    breaks: "a replay sends the event that was named, or nothing",
    tests: HISTORY,
  },
];
