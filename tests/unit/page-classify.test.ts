/**
 * What each of Facebook's errors must end in. The expectations are written from the description of the errors, not from
 * the product's table; a row that none of them reaches fails.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify } from "@/lib/destinations/page/classify.ts";
import { ERROR_ROWS, rowFor } from "@/lib/destinations/page/error-table.ts";
import { type GraphFailure, readAnswer, silent } from "@/lib/destinations/page/graph-answer.ts";
import type { RequestKind } from "@/lib/destinations/page/verdict.ts";
import { NOW } from "../support/builders.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REQUESTS: readonly RequestKind[] = ["read", "stage", "publish", "edit", "delete"];

interface Said {
  subcode?: number | undefined;
  message?: string;
  type?: string;
  status?: number;
  isTransient?: boolean;
  headers?: Record<string, string>;
}

/** As read from an answer on the wire. */
function failure(code: number | null, said: Said = {}): GraphFailure {
  const { subcode, message = "as told", type = "OAuthException", status = 400, isTransient, headers = {} } = said;
  const error = { message, type, code, error_subcode: subcode, is_transient: isTransient, fbtrace_id: "AbC" };
  const answer = readAnswer({ status, headers: new Headers(headers), text: JSON.stringify({ error }) }, [], NOW);
  if (answer.ok) throw new Error("an error was read as a success");
  return answer;
}
const end = (request: RequestKind, code: number | null, said?: Said, held?: number) =>
  classify(failure(code, said), request, NOW, held);

/** Short forms of outcomes. */
const held = (ms: number) => ({ kind: "retryAt", hold: true, cause: "rateLimited", at: NOW + ms });
const later = { kind: "retryAt", hold: false, cause: "unavailable" };
const unclear = { kind: "unclear", landsUntil: NOW + MINUTE };
const unauthorized = { kind: "unauthorized" };
const rejected = { kind: "rejected" };

interface Expectation {
  code: number;
  sub?: number;
  said?: Said;
  request: RequestKind;
  outcome: object;
  verdict?: string;
  /** Words the person must find in the message. */
  tells?: RegExp;
}
const to =
  (request: RequestKind) =>
  (code: number, sub: number | undefined, outcome: object, more: Partial<Expectation> = {}): Expectation => ({
    code,
    ...(sub === undefined ? {} : { sub }),
    request,
    outcome,
    ...more,
  });
const publish = to("publish");
const stage = to("stage");
const read = to("read");

const EXPECTED: Expectation[] = [
  // Unknown and temporary: a write may have happened.
  publish(1, undefined, unclear),
  publish(1, 99, unclear, { said: { status: 500 } }),
  publish(2, undefined, unclear, { said: { status: 503 } }),
  publish(2, undefined, unclear, { said: { isTransient: true } }),
  read(1, undefined, later),
  read(2, undefined, later),
  read(1, undefined, later, {
    verdict: "lessData",
    said: { message: "Please reduce the amount of data you're asking for, then retry your request" },
  }),
  stage(1, undefined, later),
  stage(2, undefined, later),
  publish(100, 1609010, unclear),
  publish(100, 1363047, unclear),
  // Limits.
  publish(4, undefined, held(HOUR)),
  publish(4, 2207051, held(24 * HOUR), { verdict: "blocked" }),
  publish(17, undefined, held(HOUR)),
  publish(32, undefined, held(15 * MINUTE), { tells: /Page token/ }),
  publish(341, undefined, held(HOUR)),
  publish(613, undefined, held(HOUR)),
  publish(613, 1996, held(4 * HOUR), { verdict: "blocked", tells: /dashboard/ }),
  publish(80001, undefined, held(15 * MINUTE)),
  publish(80002, undefined, held(15 * MINUTE)),
  publish(80009, undefined, held(15 * MINUTE)),
  publish(80014, undefined, held(15 * MINUTE)),
  read(80001, undefined, held(15 * MINUTE)),
  stage(4, undefined, held(HOUR)),
  // Blocks.
  publish(368, undefined, held(24 * HOUR), { verdict: "blocked" }),
  publish(368, 1390008, held(24 * HOUR), { verdict: "blocked" }),
  publish(368, 1390009, held(24 * HOUR), { verdict: "blocked" }),
  publish(368, 1404078, held(HOUR), { tells: /Page Publishing Authorization/ }),
  publish(368, 4854002, held(HOUR), { tells: /identity/ }),
  publish(368, 1404006, held(HOUR), { tells: /security check/ }),
  publish(368, 1404112, held(HOUR), { tells: /restricted/ }),
  publish(368, 1346003, rejected),
  publish(368, 1404102, rejected),
  publish(368, 1349125, rejected),
  publish(368, 1404082, unclear, { verdict: "alreadyThere" }),
  publish(368, undefined, unclear, {
    verdict: "alreadyThere",
    said: { message: "Looks like you already posted this. Try something different" },
  }),
  // An earlier attempt was probably successful.
  publish(506, undefined, unclear, { verdict: "alreadyThere" }),
  publish(100, 1366051, unclear, { verdict: "alreadyThere" }),
  publish(1, 1366051, unclear, { verdict: "alreadyThere" }),
  // The token.
  publish(190, undefined, unauthorized, { verdict: "renew", tells: /FACEBOOK_API_KEY/ }),
  publish(190, undefined, unauthorized, { verdict: "renew", said: { status: 401 } }),
  publish(190, 458, unauthorized, { verdict: "renew" }),
  publish(190, 459, unauthorized, { verdict: "reconnect", tells: /log in on facebook\.com/ }),
  publish(190, 460, unauthorized, { verdict: "renew", tells: /password/ }),
  publish(190, 463, unauthorized, { verdict: "renew", tells: /expired/ }),
  publish(190, 464, unauthorized, { verdict: "reconnect", tells: /confirm/ }),
  publish(190, 467, unauthorized, { verdict: "renew" }),
  publish(190, 492, unauthorized, { verdict: "reconnect", tells: /all Pages ticked/ }),
  publish(190, 493, unauthorized, { verdict: "reconnect", tells: /90 days/ }),
  publish(102, undefined, unauthorized, { verdict: "renew" }),
  publish(459, undefined, unauthorized, { verdict: "reconnect", tells: /log in on facebook\.com/ }),
  read(190, 463, unauthorized, { verdict: "renew" }),
  stage(190, 463, unauthorized, { verdict: "renew" }),
  publish(104, undefined, unauthorized, { verdict: "configuration", tells: /FACEBOOK_APP_SECRET/ }),
  publish(100, undefined, unauthorized, {
    verdict: "configuration",
    said: { message: "Invalid appsecret_proof provided in the API argument", type: "GraphMethodException" },
    tells: /FACEBOOK_APP_SECRET/,
  }),
  // Permissions.
  publish(10, undefined, unauthorized, { verdict: "permission", tells: /pages_manage_posts.*Business settings/ }),
  publish(200, undefined, unauthorized, { verdict: "permission", tells: /pages_manage_posts.*Business settings/ }),
  publish(230, undefined, unauthorized, { verdict: "permission" }),
  publish(299, undefined, unauthorized, { verdict: "permission" }),
  publish(210, undefined, unauthorized, { verdict: "permission", tells: /visible/ }),
  publish(283, undefined, unauthorized, { verdict: "permission", tells: /pages_read_engagement.*Business settings/ }),
  publish(240, undefined, unauthorized, { verdict: "configuration" }),
  stage(200, undefined, unauthorized, {
    verdict: "renew",
    said: { status: 403, message: "(#200) Unpublished posts must be posted to a page as the page itself." },
  }),
  publish(200, undefined, unauthorized, {
    verdict: "configuration",
    said: { status: 403, message: "Provide valid app ID" },
    tells: /FACEBOOK_API_KEY/,
  }),
  stage(6000, 1363042, unauthorized, { verdict: "permission", tells: /content task/ }),
  publish(3, undefined, rejected, { tells: /capability/ }),
  publish(2500, undefined, unauthorized, { verdict: "configuration", tells: /FACEBOOK_GRAPH_VERSION/ }),
  // The post or the file.
  publish(100, undefined, rejected),
  publish(100, 987654, rejected),
  publish(100, undefined, unclear, { said: { type: "GraphMethodException" } }),
  publish(100, 33, unclear, { said: { type: "GraphMethodException" } }),
  stage(100, undefined, rejected, { said: { type: "GraphMethodException" } }),
  publish(100, 33, later, { verdict: "gone" }),
  read(100, 33, later, { verdict: "gone" }),
  to("edit")(100, 33, rejected, { verdict: "gone" }),
  to("delete")(100, 33, rejected, { verdict: "gone" }),
  stage(100, 33, unauthorized, { verdict: "gone", tells: /FACEBOOK_PAGE_ID/ }),
  to("delete")(10, undefined, rejected, { verdict: "gone", said: { message: "(#10) Object does not exist, cannot…" } }),
  read(10, undefined, later, { verdict: "gone", said: { message: "(#10) Object does not exist, cannot…" } }),
  publish(10, undefined, unauthorized, {
    verdict: "permission",
    said: { message: "(#10) Object does not exist, cannot…" },
  }),
  stage(324, undefined, rejected, { verdict: "useBytes" }),
  stage(100, 1366046, rejected, { verdict: "convert", tells: /4 MB/ }),
  stage(100, 2069019, rejected, { verdict: "convert" }),
  publish(351, undefined, rejected, { verdict: "asLink" }),
  publish(352, undefined, rejected, { verdict: "asLink" }),
  publish(382, undefined, rejected, { verdict: "asLink" }),
  publish(389, undefined, rejected, { verdict: "useBytes" }),
  publish(389, 1363057, rejected, { verdict: "useBytes" }),
  publish(100, 1363057, rejected, { verdict: "useBytes" }),
  publish(9004, undefined, rejected, { verdict: "useBytes" }),
  publish(100, 2207052, rejected, { verdict: "useBytes" }),
  publish(1609005, undefined, { ...later, at: NOW + MINUTE }, { verdict: "withoutLink" }),
  publish(100, 1609005, { ...later, at: NOW + MINUTE }, { verdict: "withoutLink" }),
  publish(100, 1609008, rejected, { verdict: "rejected" }),
  stage(100, 2061006, rejected, { verdict: "useBytes" }),
  publish(100, 2061006, later, { verdict: "withoutLink" }),
  // Uploads in steps: all but the last may be repeated.
  ...[1363019, 1363021, 1363033, 1363041, 1363030, 1363037].flatMap((sub) => [
    stage(6000, sub, later, { verdict: "resume" }),
    publish(6000, sub, unclear),
  ]),
  stage(6000, undefined, later, { verdict: "resume" }),
  stage(6001, undefined, later, { verdict: "resume" }),
  publish(6000, undefined, unclear),
  publish(6001, undefined, unclear),
  stage(6000, 1363022, rejected, { verdict: "asLink" }),
  stage(6000, 1363023, rejected, { verdict: "asLink" }),
  ...[1363040, 1363127, 1363128, 1363129].map((sub) => publish(6000, sub, rejected, { verdict: "asVideo" })),
];

describe("each error that is described", () => {
  it.each(
    EXPECTED.map((one) => ({ ...one, title: `${one.code}/${one.sub ?? "-"} ${JSON.stringify(one.said ?? {})}` })),
  )("$code/$sub to $request ($title) → as described", ({ code, sub, said, request, outcome, verdict, tells }) => {
    const ruling = end(request, code, { ...said, subcode: sub });
    expect(ruling.outcome).toMatchObject(outcome);
    if (verdict !== undefined) expect(ruling.verdict).toBe(verdict);
    const message = "message" in ruling.outcome ? ruling.outcome.message : "";
    expect(message).toMatch(/^[^\r\n]{10,700}$/);
    if (tells !== undefined) expect(message).toMatch(tells);
  });

  it("rows of the table → each is reached by one of these", () => {
    const reached = new Set(
      EXPECTED.map(({ code, sub, said, request }) => rowFor(failure(code, { ...said, subcode: sub }), request)),
    );
    expect(ERROR_ROWS.filter((row) => !reached.has(row))).toEqual([]);
  });

  it("a read of any of them → never rejected, never unclear: it changed nothing", () => {
    for (const { code, sub, said } of EXPECTED) {
      expect(["retryAt", "unauthorized"]).toContain(end("read", code, { ...said, subcode: sub }).outcome.kind);
    }
  });

  it("a staging of any of them → unclear only where an earlier success shows", () => {
    for (const { code, sub, said } of EXPECTED) {
      const { verdict, outcome } = end("stage", code, { ...said, subcode: sub });
      if (outcome.kind === "unclear") expect(verdict).toBe("alreadyThere");
    }
  });
});

describe("how long everything is held", () => {
  const waits = (code: number, subcode?: number) =>
    [0, 1, 2, 3, 9].map((times) => {
      const { outcome } = end("publish", code, { subcode }, times);
      return outcome.kind === "retryAt" && outcome.at !== null ? (outcome.at - NOW) / MINUTE : null;
    });

  it("again and again → longer each time, up to the last wait", () => {
    expect(waits(80001)).toEqual([15, 60, 240, 720, 720]);
    expect(waits(32)).toEqual([15, 60, 240, 720, 720]);
    expect(waits(341)).toEqual([60, 360, 1440, 1440, 1440]);
    expect(waits(4)).toEqual([60, 60, 60, 60, 60]);
    expect(waits(368, 1390008)).toEqual([1440, 2880, 4320, 4320, 4320]);
    expect(waits(368)).toEqual([1440, 2880, 4320, 4320, 4320]);
    expect(waits(368, 1404078)).toEqual([60, 360, 1440, 1440, 1440]);
  });

  it("an estimate in minutes, or Retry-After → that time, not below the shortest wait", () => {
    const estimated = (minutes: number) => ({
      "x-business-use-case-usage": JSON.stringify({
        "1049": [{ type: "pages", call_count: 100, estimated_time_to_regain_access: minutes }],
      }),
    });
    expect(end("publish", 80001, { headers: estimated(19) }, 3).outcome).toMatchObject(held(19 * MINUTE));
    expect(end("publish", 80001, { headers: estimated(2) }).outcome).toMatchObject(held(15 * MINUTE));
    expect(end("publish", 80001, { headers: { "retry-after": "3600" } }).outcome).toMatchObject(held(HOUR));
    expect(end("publish", 368, { headers: { "retry-after": "60" } }).outcome).toMatchObject(held(24 * HOUR));
  });

  it("429 without a code → Retry-After as it is, else a quarter of an hour", () => {
    const bare = (headers: Record<string, string>) => end("publish", null, { status: 429, headers }).outcome;
    expect(bare({ "retry-after": "7" })).toMatchObject(held(7_000));
    expect(bare({})).toMatchObject(held(15 * MINUTE));
  });
});

describe("an error that nobody has described", () => {
  it.each([
    [400, unclear, "unclear"],
    [401, unauthorized, "renew"],
    [403, unauthorized, "permission"],
    [404, unclear, "unclear"],
    [408, unclear, "unclear"],
    [409, unclear, "unclear"],
    [413, unclear, "unclear"],
    [425, unclear, "unclear"],
    [429, held(15 * MINUTE), "throttled"],
    [200, unclear, "unclear"],
    [302, later, "later"],
    [500, unclear, "unclear"],
    [503, unclear, "unclear"],
  ] as const)("code 987654 with %i to a publication → %j", (status, outcome, verdict) => {
    expect(end("publish", 987654, { status, subcode: 123 })).toMatchObject({ outcome, verdict });
  });

  it("before anything is public → the same again later; a change or a deletion → unclear", () => {
    for (const status of [400, 404, 413]) {
      for (const request of ["read", "stage"] as const)
        expect(end(request, 987654, { status }), request).toMatchObject({ outcome: later, verdict: "later" });
      for (const request of ["edit", "delete"] as const)
        expect(end(request, 987654, { status }), request).toMatchObject({ outcome: unclear });
    }
  });

  it("no code at all and refused → rejected: no error of Facebook's, and the same again would not help", () => {
    for (const request of ["stage", "publish"] as const)
      expect(end(request, null, { status: 400 })).toMatchObject({ outcome: rejected });
  });

  it("said to pass → a publication is unclear, a read or staging later", () => {
    for (const status of [400, 403, 500]) {
      const said = { status, isTransient: true };
      expect(end("publish", 987654, said).outcome).toMatchObject(unclear);
      expect(end("read", 987654, said).outcome).toMatchObject(later);
      expect(end("stage", 987654, said).outcome).toMatchObject(later);
    }
  });

  it("no code, and nothing at the address → held for a person instead of every file dead", () => {
    expect(end("publish", null, { status: 404 })).toMatchObject({ verdict: "configuration", outcome: unauthorized });
    expect(end("publish", null, { status: 405 })).toMatchObject({ verdict: "configuration", outcome: unauthorized });
  });

  it("subcode that is described, code that is not → the subcode decides", () => {
    expect(end("stage", 987654, { subcode: 1366046 }).verdict).toBe("convert");
  });

  it("any code, subcode, status and request → an outcome; one that a write may have had is never sent again blindly", () => {
    const number = fc.option(
      fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 1_300_000, max: 5_000_000 })),
    );
    fc.assert(
      fc.property(
        number,
        number,
        fc.integer({ min: 200, max: 599 }),
        fc.boolean(),
        (code, subcode, status, isTransient) => {
          for (const request of REQUESTS) {
            const { outcome } = end(request, code, { subcode: subcode ?? undefined, status, isTransient });
            expect(["retryAt", "unclear", "unauthorized", "rejected"]).toContain(outcome.kind);
          }
          const { verdict, outcome } = end("publish", code, { subcode: subcode ?? undefined, status, isTransient });
          if (
            status >= 500 &&
            rowFor(failure(code, { subcode: subcode ?? undefined, status }), "publish") === undefined
          ) {
            expect(outcome.kind).toBe("unclear");
          }
          // Only what surely had no effect may be sent again without looking.
          if (outcome.kind === "retryAt" && !outcome.hold) expect(["later", "gone", "withoutLink"]).toContain(verdict);
        },
      ),
    );
  });
});

describe("no answer, or none of Facebook's", () => {
  const answered = (text: string | null, status: number): GraphFailure => {
    const answer = readAnswer({ status, headers: new Headers(), text }, [], NOW);
    if (answer.ok) throw new Error("read as a success");
    return answer;
  };

  it("nobody listens → later for all: nothing was sent", () => {
    for (const request of REQUESTS) {
      expect(classify(silent("refused", "ECONNREFUSED"), request, NOW).outcome).toMatchObject({
        kind: "retryAt",
        cause: "network",
        hold: false,
      });
    }
  });

  it.each([
    ["broken", MINUTE],
    ["timeout", 5 * MINUTE],
  ] as const)("%s → a write may land for a while, a read or staging is tried later", (silence, ms) => {
    for (const request of ["publish", "edit", "delete"] as const) {
      expect(classify(silent(silence, "X"), request, NOW).outcome).toMatchObject({
        kind: "unclear",
        at: NOW + ms,
        landsUntil: NOW + ms,
      });
    }
    for (const request of ["read", "stage"] as const) {
      expect(classify(silent(silence, "X"), request, NOW).outcome).toMatchObject({ kind: "retryAt", cause: "network" });
    }
  });

  it.each([
    ["<!DOCTYPE html>", 502],
    ["<!DOCTYPE html>", 503],
    ["<!DOCTYPE html>", 408],
    ["<!DOCTYPE html>", 200],
    ["", 200],
    [null, 200],
    ['{"id":"1049_1"}', 500],
  ])("%j with %i → a publication is unclear, a read later", (text, status) => {
    expect(classify(answered(text, status), "publish", NOW).outcome).toMatchObject(unclear);
    expect(classify(answered(text, status), "read", NOW).outcome).toMatchObject(later);
  });

  it("503 that names a time → an unclear write is looked up then, but may land as long as any", () => {
    const said = { status: 503, headers: { "retry-after": "600" } };
    expect(end("publish", 2, said).outcome).toMatchObject({ at: NOW + 10 * MINUTE, landsUntil: NOW + MINUTE });
    expect(end("read", 2, said).outcome).toMatchObject({ ...later, at: NOW + 10 * MINUTE });
  });

  it.each([
    [true, "ProcessingFailedError", "resume", later],
    [false, "OffsetInvalidError", "resume", later],
    [false, "PartialRequestError", "resume", later],
    [false, "FileUrlProcessingError", "useBytes", rejected],
    [false, "ProcessingFailedError", "asLink", rejected],
    [false, "SomethingNew", "asLink", rejected],
  ])("upload host: retriable %s, %s → %s", (retriable, type, verdict, outcome) => {
    const text = JSON.stringify({ debug_info: { retriable, type, message: "no" } });
    expect(classify(answered(text, 422), "stage", NOW)).toMatchObject({ verdict, outcome });
  });
});

describe("the message", () => {
  it("says what to do, what Facebook said, its words for the user and the trace", () => {
    const error = { message: "expired", code: 190, error_subcode: 463, error_user_msg: "Log in", fbtrace_id: "AbC" };
    const answer = readAnswer({ status: 400, headers: new Headers(), text: JSON.stringify({ error }) }, [], NOW);
    expect(!answer.ok && classify(answer, "read", NOW).outcome).toEqual({
      kind: "unauthorized",
      message:
        "the token has expired: connect the Page again and set a new FACEBOOK_API_KEY. Facebook answered 400 (190/463): expired (trace AbC). It tells the user: Log in.",
    });
  });
});
