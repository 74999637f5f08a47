/** Headers that a user wants on requests to an endpoint of theirs. */
import { describe, expect, it } from "vitest";
import { readExtraHeaders } from "@/lib/core/extra-headers.ts";

describe("extra headers", () => {
  it.each([
    ["", {}],
    ["{}", {}],
    ['{"X-Customer":"42","Authorization":"Token a:b"}', { "x-customer": "42", authorization: "Token a:b" }],
    ["X-Customer: 42\r\nX-Empty:\n\n", { "x-customer": "42", "x-empty": "" }],
    ["X-Time: 10:30", { "x-time": "10:30" }],
  ])("%j → %j", (text, headers) => {
    expect(readExtraHeaders(text)).toEqual(headers);
  });

  it.each([
    "no colon",
    ": no name",
    "two words: a",
    "X: \u0001",
    "X: é",
    "{",
    '{"x":1}',
    '{"x":"a\\nHost: b"}',
    "null",
    "Host: a",
    "content-length: 1",
    "Transfer-Encoding: chunked",
    "webhook-id: a",
    "Elements-Webhook-Signature: a",
    "Connection: close",
    "Proxy-Authorization: a",
    `X: ${"a".repeat(2001)}`,
    Array.from({ length: 21 }, (_, n) => `X${n}: a`).join("\n"),
  ])("%j → none", (text) => {
    expect(readExtraHeaders(text)).toBeNull();
  });
});
