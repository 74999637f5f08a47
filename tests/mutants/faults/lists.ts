/** Faults in the lists of instances and of acts. */
import type { Mutant } from "../mutant.ts";

const QUERY = ["tests/unit/instances-query.test.ts"];

export const lists: readonly Mutant[] = [
  {
    name: "instances-searched-without-end",
    file: "lib/core/scan-instances.ts",
    text: "while (looked < READ_MAX)",
    replacement: "for (;;)",
    breaks: "one search of instances reads a bounded number",
    tests: QUERY,
  },
  {
    name: "instance-left-out-between-looks",
    file: "lib/core/scan-instances.ts",
    text: "if (found.length === limit) return { found, looked, next: last };",
    replacement: "if (found.length === limit) return { found, looked, next: one.instance.id };",
    breaks: "no instance is left out between two looks",
    tests: QUERY,
  },
  {
    name: "end-before-the-last-instance",
    file: "lib/core/scan-instances.ts",
    text: "if (part.length < size)",
    replacement: "if (part.length <= size)",
    breaks: "a search goes on to the last instance",
    tests: QUERY,
  },
  {
    name: "unset-instance-called-stopped",
    file: "lib/dashboard/instances-query.ts",
    text: "instance.isSetUp && (",
    replacement: "true && (",
    breaks: "an instance that waits for its form needs attention",
    tests: QUERY,
  },
  {
    name: "chosen-instance-not-among-them",
    file: "lib/relay/link-names.ts",
    text: "isMissing ? await instances.get(chosen) : null",
    replacement: "null",
    breaks: "the chosen instance is among those to choose from, however many there are",
    tests: ["tests/relay/dashboard-instances.test.ts"],
  },
  {
    name: "logins-hide-acts",
    file: "lib/dashboard/audit-view.ts",
    text: "logins > 1",
    replacement: "logins > 1_000",
    breaks: "logins in a row are one row of the audit",
    tests: ["tests/unit/audit-view.test.ts"],
  },
  {
    name: "act-between-logins-swallowed",
    file: "lib/dashboard/audit-view.ts",
    text: "isLogin ? logins + 1 : 0",
    replacement: "isLogin ? logins + 1 : logins",
    breaks: "an act between two logins is shown",
    tests: ["tests/unit/audit-view.test.ts"],
  },
];
