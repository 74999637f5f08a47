/** SECURITY.md says what the code does: routes, secrets, keys and numbers are those of the code. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ENV_NAMES } from "@/lib/env.ts";
import {
  CALLS_PREFIX,
  elementTokenKey,
  endingKeys,
  endpointKey,
  FAILED_JOBS,
  holdKey,
  INSTANCE_KEYS,
  instanceKey,
  LOGIN_TRIES,
  outboxKeys,
  postsKey,
  SETUP_PROBE,
  sharesKey,
  sourceKeys,
  TOLD_KEY,
  tokenKeys,
} from "@/lib/store/keys.ts";

const text = readFileSync("SECURITY.md", "utf8");
const section = (title: string) => text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
/** What a section's first column names. */
const named = (title: string) =>
  new Set(
    [...section(title).matchAll(/^\| (.*?) +\|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
    ),
  );

const SECRETS = ENV_NAMES.filter((name) => /(SECRET|TOKEN|KEY)(_PREVIOUS)?$/.test(name) && name !== "DROPBOX_APP_KEY");

describe("tables", () => {
  it("every route → with each of its methods in the table, and no other", () => {
    const found = readdirSync("app", { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith("route.ts"))
      .flatMap((path) =>
        [...readFileSync(`app/${path}`, "utf8").matchAll(/export (?:const|function|async function) ([A-Z]+)\b/g)].map(
          ([, method]) => `${method} /${path.replace("/route.ts", "").replace(/\(\w+\)\//, "")}`,
        ),
      );
    const listed = [...named("Who may call what")].filter((name) => /^[A-Z]+ \//.test(name));
    expect(listed.sort()).toEqual(found.sort());
  });

  it("every secret → what it gives when stolen, and how it is rotated", () => {
    expect(SECRETS.length).toBeGreaterThanOrEqual(13);
    const stolen = named("What a stolen secret gives");
    const rotated = named("Rotating without a gap");
    for (const name of SECRETS) {
      expect([...stolen], name).toContain(name);
      if (!["DROPBOX_APP_SECRET_PREVIOUS", "CALLBACK_SECRET_PREVIOUS", "KV_REST_API_TOKEN"].includes(name))
        expect([...rotated], name).toContain(name);
    }
  });

  it("every key of Redis → listed as sealed or in the clear", () => {
    const outbox = outboxKeys("<destination>");
    const { due, ...flat } = outbox;
    expect(Object.keys(due).length).toBe(3);
    const keys = [
      ...Object.values(sourceKeys("<instance>")),
      ...Object.values(flat),
      "relay:d:<destination>:due:<priority>",
      endpointKey("<endpoint>"),
      holdKey("<credential>"),
      ...Object.values(tokenKeys("<credential>")),
      ...Object.values(endingKeys("<credential>")),
      FAILED_JOBS,
      postsKey("<page>"),
      ...Object.values(INSTANCE_KEYS),
      instanceKey("<instance>"),
      "relay:account:<account>",
      "relay:shares:<file>",
      LOGIN_TRIES,
      SETUP_PROBE,
      TOLD_KEY,
      elementTokenKey("<instance>"),
      CALLS_PREFIX,
    ];
    expect(sharesKey("env", "id:a")).toMatch(/^relay:shares:[0-9a-f]{32}$/);
    for (const key of keys) expect(section("What is sealed, and what lies in the clear"), key).toContain(`\`${key}\``);
  });
});

describe("numbers", () => {
  it.each([
    ["at most 64 KiB", "lib/relay/accept-notification.ts", "NOTIFICATION_MAX_BYTES = 64 * 1024"],
    ["1000 accounts", "lib/relay/accept-notification.ts", "ACCOUNTS_MAX = 1000"],
    ["at most 1024 letters", "app/api/dropbox/webhook/route.ts", "CHALLENGE_MAX = 1024"],
    ["at most 1 MB", "lib/queue/receive.ts", "BODY_MAX_BYTES = 1_000_000"],
    ["at most 25 files", "lib/core/picture.ts", "SHEET_MAX = 25"],
    ["30 days at most", "lib/store/share-store.ts", "SHARE_DAYS_MAX = 30"],
    ["5 s tolerance", "lib/queue/receive.ts", "clockTolerance: 5 "],
    ["a head has 10 s", "lib/local/listen.ts", "headersTimeout: 10_000"],
    ["whole request 30 s", "lib/local/listen.ts", "requestTimeout: 30_000"],
    ["Dropbox have 20 s", "lib/relay/context.ts", "DROPBOX_TIMEOUT_MS = 20_000"],
    ["7 s during a delivery", "lib/relay/timing.ts", "requestMs: 7_000"],
    ["16 MiB", "lib/dropbox/client.ts", "ANSWER_BYTES_MAX = 16 * 1024 * 1024"],
    ["endpoint 7 s and 1 MiB", "lib/destinations/records/client.ts", "ANSWER_MAX_BYTES = 1024 * 1024"],
    ["up to 1 MiB each", "lib/destinations/records/record.ts", "JSON_MAX_BYTES = 1024 * 1024"],
    ["token endpoints 10 s and 64 KiB", "lib/relay/credentials.ts", "REFRESH_TIMEOUT_MS = 10_000"],
    ["token endpoints 10 s and 64 KiB", "lib/dropbox/oauth.ts", "ANSWER_BYTES_MAX = 64 * 1024"],
    ["token endpoints 10 s and 64 KiB", "lib/destinations/records/oauth.ts", "ANSWER_MAX_BYTES = 64 * 1024"],
    ["more than 5000 entries", "lib/dropbox/entry.ts", "ENTRIES_MAX = 5000"],
    ["last ten attempts", "lib/core/delivery.ts", "ATTEMPTS_KEPT = 10"],
    ["15 s with all before it", "lib/relay/timing.ts", "requestMs: 15_000"],
    ["4 KiB are read", "lib/destinations/callback/client.ts", "ANSWER_MAX_BYTES = 4 * 1024"],
    ["ports below 1024", "lib/net/why-not-callback.ts", "OWN_PORTS_FROM = 1024"],
    ["up to 200 letters", "lib/core/safe-text.ts", ".slice(0, 200)"],
    ["600 calls in a minute", "lib/store/call-limit.ts", "CALLS_PER_MINUTE = 600"],
    ["64 KiB of JSON", "lib/elements/router.ts", "BODY_MAX_BYTES = 64 * 1024"],
    ["given up after 4 s", "lib/queue/client.ts", "PUBLISH_TIMEOUT_MS = 4_000"],
    ["at most 10 tries in a minute", "lib/store/login-tries.ts", "TRIES_MAX = 10;\nconst WINDOW_MS = 60_000"],
    ["sealed cookie for 12 hours", "lib/operator/operator.ts", "SESSION_SECONDS = 12 * 3600"],
    ["at least 32 letters", "lib/env.ts", "value.length >= 32"],
    ["form also its `Origin` and 16 KiB", "lib/operator/login-page.ts", "FORM_MAX_BYTES = 16 * 1024"],
    ["within ten minutes", "lib/connect/dropbox.ts", "PENDING_SECONDS = 10 * 60"],
    ["within ten minutes", "lib/connect/facebook.ts", "PENDING_SECONDS = 10 * 60"],
  ])("%s → as in %s", (words, file, code) => {
    expect(text.replace(/\s+/g, " ")).toContain(words);
    expect(readFileSync(file, "utf8")).toContain(code);
  });
});

describe("links", () => {
  it("within the page, and from the README → lead somewhere", () => {
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(8);
    for (const target of targets) expect(headings).toContain(target);
    expect(readFileSync("README.md", "utf8")).toContain("(SECURITY.md)");
  });

  it("its length → a page that is read", () => {
    const lines = text.trimEnd().split("\n").length;
    expect(lines).toBeGreaterThanOrEqual(100);
    expect(lines).toBeLessThanOrEqual(200);
  });
});
