/** Faults in the commit of a listing: what is written with the cursor, and what must not be. */
import type { Mutant } from "../mutant.ts";

export const commits: readonly Mutant[] = [
  {
    name: "cursor-moved-on-a-wrong-belief",
    file: "lib/store/scripts/commit-listing.ts",
    text: `if stale then return answer end
local source, files, paths, gone, now = list(), list(), list(), list(), tonumber(take())`,
    replacement: `local source, files, paths, gone, now = list(), list(), list(), list(), tonumber(take())
setmany(KEYS[2], source)
if stale then return answer end`,
    breaks: "the cursor never passes a file that is not in the outbox",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "cursor-before-the-deliveries",
    file: "lib/store/scripts/commit-listing.ts",
    text: `local ids, values, places = list(), list(), list()`,
    replacement: `setmany(KEYS[2], source)
local ids, values, places = list(), list(), list()`,
    breaks: "a commit that fails half way is done again in full",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "cursor-with-every-part",
    file: "lib/relay/commit-page.ts",
    text: "const source = isLast ? {",
    replacement: "const source = isLast || from === 0 ? {",
    breaks: "the cursor of a long listing moves with its last part only",
    tests: ["tests/relay/sync-folder.test.ts"],
  },
  {
    name: "lease-not-checked-at-commit",
    file: "lib/store/scripts/commit-listing.ts",
    text: "if redis.call('GET', KEYS[1]) ~= take() then return {'lost'} end",
    replacement: "take()",
    breaks: "who lost the lease writes nothing",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "old-cursor-not-compared",
    file: "lib/store/scripts/commit-listing.ts",
    text: "if (redis.call('HGET', KEYS[2], 'cursor') or '') ~= take() then return {'lost'} end",
    replacement: "take()",
    breaks: "a listing is committed once, onto the cursor it was read from",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "lease-not-renewed-by-commit",
    file: "lib/store/scripts/commit-listing.ts",
    text: "redis.call('PEXPIRE', KEYS[1], take())",
    replacement: "take()",
    breaks: "a long listing keeps its lease from commit to commit",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "belief-not-compared",
    file: "lib/store/scripts/commit-listing.ts",
    text: "if (known[n] or '') ~= believed[n] then stale = true end",
    replacement: "",
    breaks: "a plan made under a wrong belief is not written",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "newer-revision-over-a-claimed-one",
    file: "lib/store/scripts/commit-listing.ts",
    text: "if claimed[n] then",
    replacement: "if false then",
    breaks: "per file one revision at a time is under way",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "newer-revision-overtakes-an-unanswered-write",
    file: "lib/store/scripts/commit-listing.ts",
    text: "if clear and tonumber(clear) > now then",
    replacement: "if false then",
    breaks: "nothing newer is written while an older write may still land",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "wait-inherited-once-only",
    file: "lib/store/scripts/commit-listing.ts",
    text: String.raw`value = string.gsub(value, '^%a 0 [^\\n]*', 'u 0 ' .. clear, 1)`,
    replacement: "",
    breaks: "the wait for an unanswered write outlives a second newer revision",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "newer-revision-due-twice",
    file: "lib/store/scripts/commit-listing.ts",
    text: "for key = 8, 13 do redis.call('ZREM', KEYS[off + key], unpack(moved)) end",
    replacement: "",
    breaks: "a file is in one place of the outbox",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "deleted-folder-not-forgotten",
    file: "lib/relay/commit-page.ts",
    text: "await link.source.forgetBelow(foldersGone, listed.paths);",
    replacement: 'return { kind: "committed", found, position: after };',
    breaks: "the path table forgets what a deleted folder held",
    tests: ["tests/relay/files-to-records.test.ts"],
  },
];
