import { describe, expect, it } from "vitest";
import type { Reply } from "@/lib/local/redis/backend.ts";
import { encodeCommand, RespParser } from "@/lib/local/redis/resp-parser.ts";
import { formatNumber } from "@/lib/local/redis/values.ts";

const STREAM = Buffer.from(
  "+OK\r\n-ERR no\r\n:-7\r\n$-1\r\n$4\r\na\r\nb\r\n*3\r\n:1\r\n*1\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n",
);
const REPLIES: Reply[] = [
  { status: "OK" },
  { error: "ERR no" },
  -7,
  null,
  Buffer.from("a\r\nb"),
  [1, [Buffer.alloc(0)], null],
  null,
  [],
];

describe("RespParser", () => {
  it("stream cut anywhere, or byte by byte → the same replies", () => {
    for (let at = 0; at <= STREAM.length; at++) {
      const parser = new RespParser();
      const replies = [...parser.push(STREAM.subarray(0, at)), ...parser.push(STREAM.subarray(at))];
      expect(replies, `cut at ${at}`).toEqual(REPLIES);
    }
    const parser = new RespParser();
    expect([...STREAM].flatMap((byte) => parser.push(Buffer.from([byte])))).toEqual(REPLIES);
  });

  it("something else than Redis answers → throws", () => {
    expect(() => new RespParser().push(Buffer.from("HTTP/1.1 400\r\n"))).toThrow("not a Redis reply");
  });
});

describe("encodeCommand", () => {
  it("text and bytes → lengths counted in bytes", () => {
    expect(encodeCommand(["é", Buffer.from([0xff])]).toString("latin1")).toBe(
      "*2\r\n$2\r\n\u00c3\u00a9\r\n$1\r\n\u00ff\r\n",
    );
  });
});

describe("formatNumber", () => {
  it("numbers of every size → as C prints them", () => {
    const cases: [number, number, string][] = [
      [3, 17, "3"],
      [0.1, 17, "0.10000000000000001"],
      [1e15, 14, "1e+15"],
      [1795592919123456, 17, "1795592919123456"],
      [1e-7, 17, "9.9999999999999995e-08"],
      [123456789.125, 14, "123456789.125"],
      [-0.0001, 14, "-0.0001"],
      [99999999999999.9, 14, "1e+14"],
      [Infinity, 17, "inf"],
    ];
    for (const [value, digits, text] of cases) expect(formatNumber(value, digits), text).toBe(text);
  });
});
