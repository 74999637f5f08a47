import { describe, expect, it } from "vitest";
import { failureOf } from "@/lib/dropbox/failure.ts";

const token = "sl.u.top-secret";
const now = Date.UTC(2026, 10, 20);
const failure = (status: number, body: unknown = "", headers: Record<string, string> = {}) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return failureOf({ status, headers: new Headers(headers), bytes: Buffer.from(text) }, token, now);
};
const tagged = (status: number, error: unknown) => failure(status, { error_summary: "misleading/reset/...", error });

describe("429", () => {
  const body = { error: { reason: { ".tag": "too_many_requests" }, retry_after: 5 } };
  it("JSON → rateLimited, tag from reason, wait from the body", () => {
    expect(failure(429, body)).toMatchObject({ kind: "rateLimited", tag: ["too_many_requests"], retryAfterMs: 5000 });
  });

  it("header and body → the header wins, zero included", () => {
    expect(failure(429, body, { "retry-after": "120" }).retryAfterMs).toBe(120_000);
    expect(failure(429, body, { "retry-after": "0" }).retryAfterMs).toBe(0);
  });

  it("text, HTML, empty, null or unreadable wait → rateLimited without a wait", () => {
    const odd = { error: { reason: null, retry_after: "soon" } };
    const bare = { error: { reason: { ".tag": "too_many_write_operations" }, retry_after: null } };
    for (const answer of ["Too many requests", "<html>", "", odd, bare, { error: null }, "null"]) {
      expect(failure(429, answer), JSON.stringify(answer)).toMatchObject({ kind: "rateLimited", retryAfterMs: null });
    }
  });

  it("absurd header or body value → a day; negative body value → 0", () => {
    expect(failure(429, "", { "retry-after": "9".repeat(30) }).retryAfterMs).toBe(86_400_000);
    expect(failure(429, { error: { retry_after: 1e300 } }).retryAfterMs).toBe(86_400_000);
    expect(failure(429, { error: { retry_after: -3 } }).retryAfterMs).toBe(0);
  });
});

describe("401 and 403", () => {
  it("each tag → its kind; no tag → invalidToken", () => {
    expect(tagged(401, { ".tag": "expired_access_token" }).kind).toBe("expiredToken");
    expect(tagged(401, { ".tag": "invalid_access_token" }).kind).toBe("invalidToken");
    expect(tagged(401, { ".tag": "user_suspended" }).kind).toBe("forbidden");
    expect(tagged(401, { ".tag": "tag_of_tomorrow" }).kind).toBe("forbidden");
    expect(failure(401, "who are you").kind).toBe("invalidToken");
    expect(tagged(403, { ".tag": "no_permission" })).toMatchObject({ kind: "forbidden", tag: ["no_permission"] });
  });

  it("missing scope → missingScope, the scope in the message", () => {
    const error = tagged(401, { ".tag": "missing_scope", required_scope: "files.content.read" });
    expect(error).toMatchObject({ kind: "missingScope", tag: ["missing_scope"] });
    expect(error.message).toContain("files.content.read");
  });
});

describe("409", () => {
  it("reset, path/not_found, path/other, unknown, bare string → kind and chain", () => {
    expect(tagged(409, { ".tag": "reset" })).toMatchObject({ kind: "reset", tag: ["reset"] });
    const path = (inner: unknown) => tagged(409, { ".tag": "path", path: inner });
    expect(path({ ".tag": "not_found" })).toMatchObject({ kind: "pathNotFound", tag: ["path", "not_found"] });
    expect(path({ ".tag": "malformed_path", malformed_path: null })).toMatchObject({
      kind: "path",
      tag: ["path", "malformed_path"],
    });
    expect(path("not_found").kind).toBe("pathNotFound");
    expect(path(null)).toMatchObject({ kind: "path", tag: ["path"] });
    expect(tagged(409, { ".tag": "tag_of_tomorrow" })).toMatchObject({ kind: "conflict", tag: ["tag_of_tomorrow"] });
  });

  it("text body, summary alone, hostile tags → conflict, the summary not read", () => {
    expect(failure(409, "reset").kind).toBe("conflict");
    expect(failure(409, { error_summary: "reset/.." })).toMatchObject({ kind: "conflict", tag: [] });
    expect(tagged(409, { ".tag": "__proto__" }).kind).toBe("conflict");
    expect(tagged(409, { ".tag": "x".repeat(1000) }).tag).toEqual([]);
  });
});

describe("other statuses", () => {
  it("HTML 503 with Retry-After → server with the wait; no page in the message", () => {
    const error = failure(503, "<html>down</html>", { "retry-after": "7", "x-dropbox-request-id": "abc123" });
    expect(error).toMatchObject({ kind: "server", retryAfterMs: 7000, requestId: "abc123" });
    expect(error.message).toBe("Dropbox answered 503");
  });

  it("400 that quotes the authorization → badRequest, text kept, token not", () => {
    const error = failure(400, `Invalid authorization value in HTTP header "Authorization": "Bearer ${token}"\n`);
    expect(error).toMatchObject({ kind: "badRequest", status: 400 });
    expect(error.message).toContain("Invalid authorization value");
    expect(error.message).not.toContain(token);
  });

  it("404, 410, 422 → badRequest; body too long → still told by status", () => {
    for (const status of [404, 410, 422]) expect(failure(status, "?").kind).toBe("badRequest");
    expect(failureOf({ status: 500, headers: new Headers(), bytes: null }, token, now).kind).toBe("server");
  });

  it("request id with strange characters → null", () => {
    expect(failure(500, "", { "x-dropbox-request-id": "a b<script>" }).requestId).toBeNull();
  });
});
