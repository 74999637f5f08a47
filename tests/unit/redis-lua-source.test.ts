import { describe, expect, it } from "vitest";
import { prepareSource } from "@/lib/local/redis/lua-source.ts";

const ready = (source: string) => ({ kind: "ready", source });

describe("prepareSource", () => {
  it("whole numbers → floats; names, fractions, strings and comments → untouched", () => {
    expect(prepareSource("local a1 = 10 + 0x1F + 2.5 + 1e3 + t[1]")).toEqual(
      ready("local a1 = 10.0 + 31.0 + 2.5 + 1e3 + t[1.0]"),
    );
    for (const text of [
      `'7 // 2'`,
      `"a\\"7"`,
      "[[7 & 1]]",
      "[==[7 ]] 8]==]",
      "-- 7 << 1",
      "--[[ 7\n | 8 ]]",
      "a ~= b",
    ]) {
      expect(prepareSource(`x(${text}\n)`), text).toEqual(ready(`x(${text}\n)`));
    }
    expect(prepareSource("return 'a'..1 ..x")).toEqual(ready("return 'a'..1.0 ..x"));
  });

  it("shebang line → blank, so that lines keep their numbers", () => {
    expect(prepareSource("#!lua flags=allow-key-locking\nreturn x")).toEqual(ready("\nreturn x"));
  });

  it("operator or escape that only Lua 5.3 has → refused with its line", () => {
    for (const text of [
      "a // b",
      "a & b",
      "a | b",
      "a ~ b",
      "a << 1",
      "a >> 1",
      "::top::",
      `'\\x41'`,
      `"a\\\\\\u{41}"`,
    ]) {
      const reason = expect.stringMatching(/^user_script:2: unexpected symbol near/);
      expect(prepareSource(`local a = b\nreturn ${text}`), text).toEqual({ kind: "refused", reason });
    }
    expect(prepareSource(`return '\\\\x41'`).kind).toBe("ready");
  });
});
