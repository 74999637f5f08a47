/** Faults in what a person asks and does. */
import type { Mutant } from "../mutant.ts";

const ACTS = ["tests/contract/store.test.ts"];
const RECORDS = ["tests/relay/operator-records.test.ts"];
const PAGE = ["tests/relay/operator-page.test.ts"];
const ACCESS = ["tests/security/operator-access.test.ts"];

export const operator: readonly Mutant[] = [
  {
    name: "act-without-comparing",
    file: "lib/store/scripts/act.ts",
    text: "if from[n] and current[n] == believed[n] then",
    replacement: "if current[n] then",
    breaks: "an act never overwrites a newer revision or a claim",
    tests: ACTS,
  },
  {
    name: "act-leaves-it-where-it-was",
    file: "lib/store/scripts/act.ts",
    text: "redis.call('ZREM', KEYS[2], unpack(moved))",
    replacement: "",
    breaks: "what was acted on is in one place",
    tests: ACTS,
  },
  {
    name: "answer-lost-told-as-not-done",
    file: "lib/store/scripts/act.ts",
    text: "current[n] == values[n] and '1' or '0'",
    replacement: "'0'",
    breaks: "an act whose answer was lost counts as done",
    tests: ACTS,
  },
  {
    name: "posted-anew-with-its-note",
    file: "lib/store/act-store.ts",
    text: "act(keys.unclear, keys.due.replay, true, now, bare([one]))",
    replacement: "act(keys.unclear, keys.due.replay, false, now, bare([one]))",
    breaks: "'post it' posts, and does not look again",
    tests: ACTS,
  },
  {
    name: "note-of-the-dead-dropped",
    file: "lib/store/delivery-rows.ts",
    text: 'const isOver = to.to === "dead" && !to.keepsNote && to.delivery.attempts.at(-1)?.outcome === "rejected";',
    replacement: 'const isOver = to.to === "dead";',
    breaks: "a replay looks for what an attempt may have posted",
    tests: ACTS,
  },
  {
    name: "found-there-not-in-the-ledger",
    file: "lib/store/act-store.ts",
    text: "[{ ...one, ledger }]",
    replacement: "[{ ...one, ledger: ledger.slice(0, 0) }]",
    breaks: "a post that a person has seen is not made again by an edit",
    tests: PAGE,
  },
  {
    name: "killer-with-a-note-is-dead",
    file: "lib/relay/deliver-batch.ts",
    text: 'const kind = one.note === null ? "rejected" : "untellable";',
    replacement: 'const kind = "rejected";',
    breaks: "what may be posted is unclear, not dead",
    tests: PAGE,
  },
  {
    name: "preview-acts",
    file: "lib/relay/replay-dead.ts",
    text: "if (!asked.preview) {",
    replacement: "{",
    breaks: "asking what a replay would do changes nothing",
    tests: RECORDS,
  },
  {
    name: "replay-in-a-circle",
    file: "lib/relay/replay-dead.ts",
    text: "page.filter(({ score }) => score <= endsAt)",
    replacement: "page.filter(({ score }) => score <= endsAt + 1e12)",
    breaks: "what dies again during a replay is left alone",
    tests: RECORDS,
  },
  {
    name: "nobody-wakes-the-drain",
    file: "lib/relay/replay-dead.ts",
    text: "await wakeDrain(services, link);",
    replacement: "",
    breaks: "what is replayed is delivered now, not at the next sweep",
    tests: RECORDS,
  },
  {
    name: "any-token-does",
    file: "lib/relay/operator-access.ts",
    text: "given !== null && isSameSecret(given,",
    replacement: 'given !== null || isSameSecret(given ?? "",',
    breaks: "only ADMIN_TOKEN asks and acts",
    tests: ACCESS,
  },
  {
    name: "story-told-to-anybody",
    file: "lib/relay/answer-question.ts",
    text: "  const refused = refusal(context.adminToken, request);\n  if (refused !== null) return refused;\n  const path =",
    replacement: "  const path =",
    breaks: "without the token no file's story is told",
    tests: ACCESS,
  },
  {
    name: "warned-at-every-sweep",
    file: "lib/core/credential-ending.ts",
    text: "if (warned !== null && warned.endsAt === end && warned.days <= days) return null;",
    replacement: "",
    breaks: "a token's end is said once at each of its days",
    tests: PAGE,
  },
  {
    name: "token-asked-for-at-every-sweep",
    file: "lib/store/ending-store.ts",
    text: "{ nx: true, px: forMs }",
    replacement: "{ px: forMs }",
    breaks: "Facebook is asked for a token's end once a day",
    tests: PAGE,
  },
];
