/** Faults in the local stand-in for QStash. */
import type { Mutant } from "../mutant.ts";

export const localQueue: readonly Mutant[] = [
  {
    name: "local-delivery-unsigned",
    file: "lib/local/queue/attempt.ts",
    text: '"upstash-signature": signature,',
    replacement: '...(signature === "" ? { "upstash-signature": signature } : {}),',
    breaks: "the local queue signs as QStash does",
    tests: ["tests/contract/qstash.test.ts"],
  },
  {
    name: "local-message-not-stored",
    file: "lib/local/queue/publisher.ts",
    text: "await records.commit([write.putMessage(message)]);",
    replacement: "",
    breaks: "a message is in Redis before its 200",
    tests: ["tests/contract/qstash.test.ts"],
  },
  {
    name: "local-retry-not-stored",
    file: "lib/local/queue/settlement.ts",
    text: "await records.commit([write.putMessage(next), write.unmarkInFlight(messageId)]);",
    replacement: "await records.commit([write.unmarkInFlight(messageId)]);",
    breaks: "retries are counted over a restart",
    tests: ["tests/contract/qstash.test.ts"],
  },
  {
    name: "local-retries-without-end",
    file: "lib/local/queue/settlement.ts",
    text: "message.retried < message.maxRetries",
    replacement: "message.retried < message.maxRetries * 1000",
    breaks: "a message whose retries are used up is a dead letter",
    tests: ["tests/contract/qstash.test.ts"],
  },
  {
    name: "local-interrupted-attempt-untold",
    file: "lib/local/queue/attempt.ts",
    text: "String(message.retried + message.interrupted)",
    replacement: "String(message.retried)",
    breaks: "the receiver learns that an earlier attempt may have run",
    tests: ["tests/contract/qstash.test.ts"],
  },
  {
    name: "local-duplicate-delivered",
    file: "lib/local/queue/deduplication.ts",
    text: "claim !== undefined && claim.expiresAt > now ? claim : null",
    replacement: "claim !== undefined && claim.expiresAt < now ? claim : null",
    breaks: "a deduplication id counts for ten minutes",
    tests: ["tests/contract/qstash.test.ts"],
  },
  {
    name: "local-duplicate-forgotten-over-a-restart",
    file: "lib/local/queue/publisher.ts",
    text: "records.commit([write.putMessage(message), ...claim])",
    replacement: "records.commit([write.putMessage(message), ...claim.slice(0, 0)])",
    breaks: "a deduplication id counts over a restart",
    tests: ["tests/contract/qstash.test.ts"],
  },
];
