import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RawAnswer, readAnswer, silent } from "@/lib/destinations/page/graph-answer.ts";
import { safeText } from "@/lib/destinations/page/safe-text.ts";
import { NOW, secret } from "../support/builders.ts";

const token = `EAA${secret().replace(/[^A-Za-z0-9]/g, "x")}`;
const raw = (body: unknown, status = 400, headers: Record<string, string> = {}): RawAnswer => ({
  status,
  headers: new Headers(headers),
  text: typeof body === "string" ? body : JSON.stringify(body),
});
const read = (body: unknown, status?: number, headers?: Record<string, string>) =>
  readAnswer(raw(body, status, headers), [token], NOW);

describe("a good answer", () => {
  it.each([
    [{ id: "1049_2201" }],
    [{ success: true }],
    [[]],
    [true],
    [{ id: "1", message: "Hi", error: null }],
    [{ id: "1", message: "Hi", code: 5 }],
  ])("200 with %j → the data", (body) => {
    expect(read(body, 200)).toEqual({ ok: true, data: body, usage: null });
  });

  it("usage headers → beside the data, and beside a failure", () => {
    const headers = { "x-app-usage": '{"call_count":80,"total_time":1,"total_cputime":1}' };
    expect(read({ id: "1" }, 200, headers)).toMatchObject({ ok: true, usage: { percent: 80 } });
    expect(read({ error: { code: 1 } }, 500, headers)).toMatchObject({ ok: false, usage: { percent: 80 } });
  });
});

describe("an error of Facebook's", () => {
  it("the full envelope → every field of it", () => {
    const error = {
      message: "Session expired",
      type: "OAuthException",
      code: 190,
      error_subcode: 463,
      is_transient: true,
      error_user_title: "Sorry",
      error_user_msg: "Log in again",
      error_data: { blame_field_specs: [["link"]] },
      fbtrace_id: "AbC",
    };
    expect(read({ error }, 400)).toEqual({
      ok: false,
      status: 400,
      code: 190,
      subcode: 463,
      type: "OAuthException",
      isTransient: true,
      userMessage: "Sorry: Log in again",
      regainMs: null,
      retryAfterMs: null,
      silence: null,
      offsets: null,
      uploader: null,
      traceId: "AbC",
      usage: null,
      message: "Facebook answered 400 (190/463): Session expired",
    });
  });

  it("with HTTP 200 → a failure all the same", () => {
    expect(read({ error: { message: "no", code: 2 } }, 200)).toMatchObject({ ok: false, status: 200, code: 2 });
  });

  it("all fields missing, null or of another kind → a failure without them", () => {
    for (const error of [
      {},
      { message: null, code: null, error_subcode: null, is_transient: null, error_user_msg: "" },
      { message: 5, code: true, error_subcode: "", is_transient: "yes", error_user_msg: [], fbtrace_id: {} },
    ]) {
      expect(read({ error }, 400)).toMatchObject({
        ok: false,
        code: null,
        subcode: null,
        isTransient: false,
        userMessage: null,
        traceId: null,
        message: "Facebook answered 400:",
      });
    }
  });

  it("as a text, or code and message at the top → read like the envelope", () => {
    expect(read({ error: "invalid_token" }, 400)).toMatchObject({
      code: null,
      message: "Facebook answered 400: invalid_token",
    });
    expect(read({ error: "(#341) Feed action request limit reached" })).toMatchObject({ code: 341 });
    expect(read({ code: "4", message: "limit" }, 200)).toMatchObject({ ok: false, code: 4 });
    expect(read({ code: null, message: "a post" }, 200)).toMatchObject({ ok: true });
  });

  it("code as text, or only in front of the message → the number; elsewhere in the message → none", () => {
    expect(read({ error: { code: "190", error_subcode: "463" } })).toMatchObject({ code: 190, subcode: 463 });
    expect(read({ error: { message: "(#200) Permissions error" } })).toMatchObject({ code: 200 });
    expect(read({ error: { message: "see (#200)" } })).toMatchObject({ code: null });
  });

  it("offsets in the data, as object or as text, as numbers or as text → where to go on", () => {
    const offsets = { start: 1048576, end: 2097152 };
    for (const data of [
      { start_offset: 1048576, end_offset: 2097152 },
      { start_offset: "1048576", end_offset: "2097152" },
      '{"start_offset":"1048576","end_offset":2097152}',
    ]) {
      expect(read({ error: { code: 6001, error_subcode: 1363037, error_data: data } })).toMatchObject({ offsets });
    }
    expect(read({ error: { code: 6001, error_data: "{" } })).toMatchObject({ offsets: null });
  });

  it("estimate of the usage headers and Retry-After → both waits", () => {
    const business = { "1049": [{ type: "pages", call_count: 100, estimated_time_to_regain_access: 19 }] };
    const headers = { "x-business-use-case-usage": JSON.stringify(business), "retry-after": "120" };
    expect(read({ error: { code: 80001 } }, 400, headers)).toMatchObject({
      regainMs: 19 * 60_000,
      retryAfterMs: 120_000,
    });
  });

  it("trace only in a header → read there; one that is no id → left out", () => {
    expect(read({ error: { code: 1 } }, 500, { "x-fb-trace-id": "T1" })).toMatchObject({ traceId: "T1" });
    expect(read({ error: { code: 1, fbtrace_id: "a b" } }, 500)).toMatchObject({ traceId: null });
  });
});

describe("the upload host", () => {
  it.each([true, false])("422 with debug_info, retriable %s → said so", (retriable) => {
    const debug_info = { retriable, type: "FileUrlProcessingError", message: "cannot fetch" };
    expect(read({ debug_info }, 422)).toMatchObject({
      ok: false,
      status: 422,
      code: null,
      type: "FileUrlProcessingError",
      uploader: { isRetriable: retriable },
      message: "Facebook answered 422: cannot fetch",
    });
  });

  it("debug_info of a success → no failure", () => {
    expect(read({ success: true, debug_info: {} }, 200)).toMatchObject({ ok: true });
  });
});

describe("no error of Facebook's, and no data either", () => {
  it.each([
    ["<!DOCTYPE html><html>Bad gateway</html>", 502],
    ["<!DOCTYPE html>", 200],
    ["", 200],
    ["", 503],
    ['{"id":"10', 200],
    ['{"id":"1"}', 500],
    ['{"id":"1"}', 302],
  ])("%j with %i → a failure without a code", (body, status) => {
    expect(read(body, status)).toMatchObject({ ok: false, status, code: null, silence: null });
  });

  it("too long → says so, also with a good status", () => {
    const answer = readAnswer({ status: 200, headers: new Headers(), text: null }, [], NOW);
    expect(answer).toMatchObject({ ok: false, status: 200, message: "Facebook answered 200: the answer is too long" });
  });

  it.each(["refused", "broken", "timeout"] as const)("silence: %s → no status, no code", (silence) => {
    expect(silent(silence, "ECONNRESET")).toMatchObject({
      ok: false,
      status: null,
      code: null,
      silence,
      message: "Facebook gave no answer: ECONNRESET",
    });
  });
});

describe("what is said of a failure", () => {
  it("token, proof, foreign token or link echoed → none of it stays", () => {
    const foreign = `EAA${"b".repeat(40)}`;
    const link = `https://user:${secret()}@www.dropbox.com/scl/fi/abc/plan.pdf?rlkey=${secret()}&dl=0`;
    const message = `Bad ${token}, ${foreign}, access_token=${secret()}&x, "appsecret_proof":"${secret()}", ${link}`;
    const answer = read({ error: { code: 100, message, error_user_msg: message, type: token } });
    expect(answer).toMatchObject({
      message:
        'Facebook answered 400 (100): Bad [secret], [secret], access_token=[secret]&x, "appsecret_proof":"[secret]", [address at www.dropbox.com]',
      type: "[secret]",
    });
    const told = JSON.stringify(answer);
    for (const one of [token, foreign, "rlkey", "/scl/"]) expect(told).not.toContain(one);
  });

  it("a token in a body without form → gone as well", () => {
    expect(JSON.stringify(read(`<html>Authorization: Bearer ${token}</html>`, 502))).not.toContain(token);
  });

  it("any text → one line, at most 200 characters, without the secret", () => {
    const hidden = secret();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ unit: "binary" }), (before, after) => {
        const safe = safeText(`${before}${hidden}${after}`, [hidden]);
        expect(safe.length).toBeLessThanOrEqual(200);
        expect(safe).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(safe).not.toContain(hidden);
      }),
    );
  });
});

describe("anything at all", () => {
  const status = fc.integer({ min: 200, max: 599 });
  const isAnswer = (body: string, code: number) => {
    const answer = readAnswer({ status: code, headers: new Headers(), text: body }, [token], NOW);
    if (answer.ok) {
      expect(code).toBeLessThan(300);
      return;
    }
    expect(answer.message.length).toBeLessThanOrEqual(200);
    expect(answer.code === null || Number.isSafeInteger(answer.code)).toBe(true);
  };

  it("any text with any status → an answer or a failure, never thrown", () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), status, isAnswer));
  });

  it("an envelope with anything in its fields → a failure, never thrown", () => {
    const field = fc.option(fc.anything(), { nil: undefined });
    const error = fc.record({
      message: field,
      type: field,
      code: field,
      error_subcode: field,
      is_transient: field,
      error_user_title: field,
      error_user_msg: field,
      error_data: fc.oneof(field, fc.json()),
      fbtrace_id: field,
    });
    const serialised = (value: unknown) =>
      JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one)) ?? "";
    fc.assert(
      fc.property(error, status, (fields, code) => {
        const body = serialised({ error: fields });
        isAnswer(body, code);
        expect(readAnswer({ status: code, headers: new Headers(), text: body }, [], NOW).ok).toBe(false);
      }),
    );
  });
});
