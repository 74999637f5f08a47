/** Faults in the read-only links to a story. */
import type { Mutant } from "../mutant.ts";

const SHARES = ["tests/routes/share-story.test.ts"];

export const shares: readonly Mutant[] = [
  {
    name: "link-without-signature",
    file: "lib/operator/share-token.ts",
    text: "if (!isSameSecret(signature, signatureOf(payload))) return null;",
    replacement: 'if (signature === signatureOf("") || payload === "") return null;',
    breaks: "only a link that was made here shows anything",
    tests: SHARES,
  },
  {
    name: "link-without-end",
    file: "lib/operator/share-token.ts",
    text: "return now < until ?",
    replacement: "return now >= 0 ?",
    breaks: "a link ends",
    tests: SHARES,
  },
  {
    name: "revoked-link-shows",
    file: "lib/relay/share-story.ts",
    text: "if (!(await sharing.store.has(share.link, share.file, share.id))) return null;",
    replacement: "",
    breaks: "a revoked link shows nothing",
    tests: SHARES,
  },
  {
    name: "link-key-of-one-secret",
    file: "lib/relay/page-services.ts",
    text: "{adminToken}\\n",
    replacement: "{adminToken.slice(0, 0)}\\n",
    breaks: "another ADMIN_TOKEN ends every link",
    tests: SHARES,
  },
  {
    name: "shared-timeline-with-answers",
    file: "lib/dashboard/shared-view.ts",
    text: "({ ...entry, detail: null })",
    replacement: "({ ...entry })",
    breaks: "what the endpoint said stays with the operator",
    tests: ["tests/unit/shared-view.test.ts"],
  },
];
