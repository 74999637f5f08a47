/** Faults in what is written down of people's acts. */
import type { Mutant } from "../mutant.ts";

const AUDIT = ["tests/relay/audit.test.ts"];

export const audit: readonly Mutant[] = [
  {
    name: "act-that-threw-not-written-down",
    file: "lib/instances/audited.ts",
    text: 'await write("failed");',
    replacement: "",
    breaks: "an act leaves an entry however it ended",
    tests: AUDIT,
  },
  {
    name: "secret-kept-in-the-audit",
    file: "lib/relay/audit.ts",
    text: "on: safeText(on, secrets)",
    replacement: "on",
    breaks: "no secret is ever kept in the audit",
    tests: AUDIT,
  },
  {
    name: "audit-in-the-way-of-an-act",
    file: "lib/relay/audit.ts",
    text: 'await store.add(entry).catch((cause: unknown) => log.error({ reason: reasonOf(cause) }, "audit.not_kept"));',
    replacement: "await store.add(entry);",
    breaks: "a store that is away keeps nobody from an act",
    tests: AUDIT,
  },
  {
    name: "audit-without-a-token",
    file: "lib/relay/audit.ts",
    text: "if (refused !== null) return refused;",
    replacement: "",
    breaks: "only who shows ADMIN_TOKEN reads what people did",
    tests: AUDIT,
  },
];
