import { fingerprintOf } from "./credential.ts";

/** A short text that is another one as soon as `facts` are, but for what grows or shrinks by itself: it says nothing new. */
export const markOf = (facts: unknown): string =>
  fingerprintOf(
    "page",
    JSON.stringify(facts, (name, value: unknown) =>
      name === "oldestWaitingMs" || name === "time" ? undefined : value,
    ),
  );
