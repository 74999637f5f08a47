import { describe, expect, it, vi } from "vitest";
import { createLog } from "@/lib/log.ts";
import { secret } from "../support/builders.ts";

function aLog(level = "info") {
  const lines: string[] = [];
  return { log: createLog(level, { write: (line) => void lines.push(line) }), lines };
}

describe("log", () => {
  it("one entry → one JSON line with time, name and fields, nothing of the machine", () => {
    const { log, lines } = aLog();
    log.info({ delivery: "id:a", ms: 5 }, "delivery.attempted");
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? "");
    expect(line).toEqual({ level: 30, time: line.time, delivery: "id:a", ms: 5, msg: "delivery.attempted" });
    expect(new Date(line.time).toISOString()).toBe(line.time);
  });

  it("lines of one millisecond and of the next → each its own time", () => {
    vi.useFakeTimers({ now: 1_900_000_000_000 });
    try {
      const { log, lines } = aLog();
      log.info("a");
      log.info("b");
      vi.advanceTimersByTime(1);
      log.info("c");
      const times = lines.map((line) => Date.parse(JSON.parse(line).time) - 1_900_000_000_000);
      expect(times).toEqual([0, 0, 1]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("a field that holds a secret, at the top or one below → cut, the rest kept", () => {
    const { log, lines } = aLog();
    const [hushed, shown] = [secret(), secret()];
    for (const name of ["token", "authorization", "secret"]) {
      log.error({ [name]: hushed, account: shown }, "top");
      log.error({ inner: { [name]: hushed, account: shown } }, "below");
    }
    log.warn({ headers: { authorization: hushed, "x-dropbox-signature": hushed }, account: shown }, "headers");
    expect(lines).toHaveLength(7);
    for (const line of lines) {
      expect(line).not.toContain(hushed);
      expect(line).toContain("[redacted]");
      expect(line).toContain(shown);
    }
  });

  it("a child that carries a secret → cut in every line of it", () => {
    const { log, lines } = aLog();
    const hushed = secret();
    log.child({ token: hushed, link: "env" }).info("started");
    expect(lines.join()).toContain('"link":"env"');
    expect(lines.join()).not.toContain(hushed);
  });

  it("a text with line breaks → still one line", () => {
    const { log, lines } = aLog();
    log.info({ path: "/a\nb\u2028.jpg" }, "file.skipped\nforged");
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain("\n");
  });

  it("below the level → nothing", () => {
    const { log, lines } = aLog("error");
    log.info("quiet");
    log.error("heard");
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["heard"]);
  });
});
