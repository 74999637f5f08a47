/** The checklist over a world that is told what to answer: each fault is found, named, and comes with one thing to do. */
import { describe, expect, it } from "vitest";
import { monthOf } from "@/lib/core/cost.ts";
import { setupView } from "@/lib/dashboard/setup-view.ts";
import { startChecks } from "@/lib/setup/check.ts";
import { checkSetup } from "@/lib/setup/checklist.ts";
import type { SetupDeps } from "@/lib/setup/deps.ts";
import { reportOf } from "@/lib/setup/report.ts";
import { testOf, testResultOf } from "@/lib/setup/test-result.ts";
import { NOW, PUBLIC_URL } from "../support/builders.ts";

const ok = <T>(data: T) => ({ ok: true as const, data });
const refusal = (kind: "missingScope" | "pathNotFound" | "invalidToken", message = `Dropbox ${kind}`) => ({
  ok: false as const,
  error: { kind, status: 401, tag: [], retryAfterMs: null, requestId: null, message },
});

/** Everything is right, but for what a test changes. */
function deps(changes: Partial<SetupDeps> = {}): SetupDeps {
  return {
    settings: { publicBaseUrl: PUBLIC_URL, folder: "", missing: [] },
    now: () => NOW,
    fetch: async (input, init) => {
      const url = new URL(`${input}`);
      return init?.method === "POST"
        ? new Response(null, { status: 401 })
        : new Response(url.searchParams.get("challenge"));
    },
    randomId: () => "challenge-1",
    redisRoundTrip: async () => 12,
    queue: {
      keysFit: async () => true,
      schedules: async () => [{ destination: `${PUBLIC_URL}/api/relay`, cron: "*/5 * * * *", isPaused: false }],
    },
    dropbox: {
      token: async () => ({ kind: "token", value: "t" }),
      renew: async () => ({ kind: "fine" }),
      currentAccount: async () => ok({ accountId: "dbid:a", email: "ann@example.com" }),
      listFolder: async () => ok({ entries: [], cursor: "c", hasMore: false }),
      temporaryLink: async () => refusal("pathNotFound"),
    },
    facebook: {
      name: "Records endpoint",
      probe: async () => ({ kind: "fine", message: "It answers", expiresAt: null }),
    },
    heard: async () => ({ notifiedAt: NOW - 60_000, listedAt: NOW }),
    spent: async () => ({ usd: null, cap: null, isCapReached: false, month: monthOf(NOW) }),
    ...changes,
  };
}

const found = async (id: string, changes: Partial<SetupDeps>) => {
  const check = (await checkSetup(deps(changes))).find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return check;
};

describe("the checklist", () => {
  it("everything right → every line ok, nothing to do, exit code 0", async () => {
    const checks = await checkSetup(deps());
    expect(checks).toHaveLength(12);
    expect(checks.filter(({ verdict, todo }) => verdict !== "ok" || todo !== null)).toEqual([]);
    expect(reportOf(checks).exitCode).toBe(0);
  });

  it.each<[string, string, RegExp, RegExp, Partial<SetupDeps>]>([
    [
      "Redis refuses",
      "redis",
      /WRONGPASS/,
      /UPSTASH_REDIS_REST_TOKEN/,
      { redisRoundTrip: async () => Promise.reject(new Error("WRONGPASS")) },
    ],
    [
      "other signing keys",
      "queue",
      /other keys/,
      /signing keys/,
      { queue: { ...deps().queue, keysFit: async () => false } },
    ],
    [
      "QStash refuses",
      "queue",
      /401/,
      /QSTASH_TOKEN/,
      { queue: { ...deps().queue, keysFit: () => Promise.reject(new Error("QStash answered 401")) } },
    ],
    [
      "no schedule",
      "schedule",
      /No schedule calls/,
      /Run this/,
      { queue: { ...deps().queue, schedules: async () => [] } },
    ],
    [
      "a paused schedule",
      "schedule",
      /paused/,
      /Resume/,
      {
        queue: {
          ...deps().queue,
          schedules: async () => [{ destination: `${PUBLIC_URL}/api/relay`, cron: "* * * * *", isPaused: true }],
        },
      },
    ],
    [
      "nobody at the address",
      "address",
      /Nothing answers/,
      /PUBLIC_BASE_URL/,
      { fetch: () => Promise.reject(new TypeError("fetch failed")) },
    ],
    [
      "a login wall",
      "address",
      /page of HTML/,
      /Deployment Protection/,
      { fetch: async () => new Response("<html>", { status: 401, headers: { "content-type": "text/html" } }) },
    ],
    [
      "the challenge answered by another",
      "address",
      /did not answer the challenge/,
      /unchanged/,
      { fetch: async () => new Response("hello") },
    ],
    [
      "a worker that takes anything",
      "worker",
      /answered 200/,
      /unchanged/,
      { fetch: async () => new Response("challenge-1") },
    ],
    [
      "wrong app secret",
      "dropbox-app",
      /does not know DROPBOX_APP_KEY/,
      /Copy both/,
      { dropbox: { ...deps().dropbox, renew: async () => ({ kind: "wrongApp", message: "" }) } },
    ],
    [
      "a revoked link",
      "dropbox-app",
      /no longer accepts/,
      /Link the account again/,
      { dropbox: { ...deps().dropbox, renew: async () => ({ kind: "wrongGrant", message: "" }) } },
    ],
    [
      "a folder that is not there",
      "dropbox-account",
      /no folder/,
      /DROPBOX_FOLDER/,
      { dropbox: { ...deps().dropbox, listFolder: async () => refusal("pathNotFound") } },
    ],
    [
      "a missing permission",
      "dropbox-scopes",
      /lacks files\.content\.read\./,
      /link the account again/,
      { dropbox: { ...deps().dropbox, temporaryLink: async () => refusal("missingScope") } },
    ],
    [
      "a refused key",
      "facebook",
      /refused/,
      /FACEBOOK_API_KEY/,
      { facebook: { name: "F", probe: async () => ({ kind: "refused", message: "the key is refused" }) } },
    ],
  ])("%s → that line is wrong and says what to do, exit code 1", async (_, id, says, todo, changes) => {
    const check = await found(id, changes);
    expect(check.verdict).toBe("bad");
    expect(check.found).toMatch(says);
    expect(check.todo).toMatch(todo);
    expect(reportOf([check]).exitCode).toBe(1);
  });

  it.each<[string, string, Partial<SetupDeps>]>([
    ["an http address", "address", { settings: { ...deps().settings, publicBaseUrl: "http://127.0.0.1:3000" } }],
    ["a token of four hours", "dropbox-app", { dropbox: { ...deps().dropbox, renew: null } }],
    [
      "a token that ends in three days",
      "facebook",
      { facebook: { name: "F", probe: async () => ({ kind: "fine", message: "m", expiresAt: NOW + 3 * 86_400_000 }) } },
    ],
    ["a slow Redis", "redis", { redisRoundTrip: async () => 900 }],
  ])("%s → a look is worth it, and a script may go on", async (_, id, changes) => {
    const check = await found(id, changes);
    expect(check.verdict).toBe("warn");
    expect(check.todo).not.toBeNull();
    expect(reportOf([check]).exitCode).toBe(0);
  });

  it("no notification yet → not wrong, and the address to register", async () => {
    const check = await found("notifications", { heard: async () => ({ notifiedAt: null, listedAt: null }) });
    expect(check.verdict).toBe("idle");
    expect(check.copy.map(({ value }) => value)).toEqual([`${PUBLIC_URL}/api/dropbox/webhook`]);
  });

  it("a check that throws something unforeseen → its line alone is wrong, without the error's text", async () => {
    const text = "token=abc";
    const check = await found("facebook", { facebook: { name: "F", probe: () => Promise.reject(new Error(text)) } });
    expect(check.verdict).toBe("bad");
    expect(JSON.stringify(check)).not.toContain(text);
  });
});

it("a check that throws before it waits for anything → its line alone is wrong", async () => {
  const look = () => {
    throw new TypeError("x");
  };
  const { lines, done } = startChecks([{ id: "a", title: "A", look }]);
  await done;
  expect(lines[0]).toMatchObject({ verdict: "bad", found: "The check itself failed (TypeError)." });
});

it("lines of every verdict → each counted by itself, one asked for as well as one not yet seen", () => {
  const { lines } = startChecks([
    { id: "a", title: "A", look: () => new Promise(() => undefined) },
    { id: "b", title: "B", look: () => new Promise(() => undefined) },
  ]);
  const [first, second] = lines;
  if (first === undefined || second === undefined) throw new Error("no lines");
  const { counts, sentence } = setupView([first, { ...second, verdict: "idle" }]);
  expect(counts.map(({ verdict, text }) => [verdict, text])).toEqual([
    ["running", "1 asking"],
    ["idle", "1 not yet"],
  ]);
  expect(sentence).toBe("Waiting for A.");
});

describe("what came of a test notification", () => {
  const sent = `${NOW}`;
  const accepted = { sentAt: NOW, status: "200" };
  it("listed since → it went round, and how long that took", () => {
    const result = testResultOf(accepted, NOW + 340, NOW + 1000);
    expect(result).toMatchObject({ verdict: "ok" });
    expect(result.found).toContain("340 ms");
  });

  it.each([
    ["accepted a moment ago, and not listed yet", "200", 10_000, "running"],
    ["accepted a while ago, and not listed since", "200", 20_000, "warn"],
    ["refused", "403", 0, "bad"],
    ["queue down", "503", 0, "bad"],
    ["nobody there", "none", 0, "bad"],
  ])("%s → %s is %s", (_, status, agoMs, verdict) => {
    expect(testResultOf({ sentAt: NOW, status }, null, NOW + agoMs).verdict).toBe(verdict);
  });

  it("an address that says when, and how it was answered → that test", () =>
    expect(testOf({ sent, status: "200" }, NOW)).toEqual(accepted));

  it.each([
    [undefined, "200"],
    ["<b>", "200"],
    [sent, "<script>"],
    [sent, undefined],
    [`${NOW + 120_000}`, "200"],
  ])("an address that says %s and %s → no result", (given, status) =>
    expect(testOf({ sent: given, status }, NOW)).toBeNull(),
  );
});
