import { describe, expect, it } from "vitest";
import { isSidecarName, parseSidecar, SIDECAR_MAX_BYTES, sidecarPathsOf } from "@/lib/destinations/page/caption.ts";

const parse = (name: string, content: string | Uint8Array) =>
  parseSidecar(name, typeof content === "string" ? Buffer.from(content) : content);
const caption = (fields: object) => ({ kind: "caption", message: null, alt: null, scheduledAt: null, ...fields });
const fault = (name: string, content: string | Uint8Array) => {
  const parsed = parse(name, content);
  return parsed.kind === "invalid" ? parsed.message : "no fault";
};
const withHead = (yaml: string) => `---\n${yaml}\n---\nHello\n`;

describe("names", () => {
  it("a photo or video → its sidecars beside it, the richer one first", () => {
    expect(sidecarPathsOf("/In/Summer fair.JPG")).toEqual(["/In/Summer fair.md", "/In/Summer fair.txt"]);
    expect(sidecarPathsOf("/a.b/c.tar.gz")).toEqual(["/a.b/c.tar.md", "/a.b/c.tar.txt"]);
    expect(sidecarPathsOf("/.hidden.png")).toEqual(["/.hidden.md", "/.hidden.txt"]);
  });

  it("a text, a name without extension, or only an extension → has no sidecar", () => {
    for (const path of ["/in/a.txt", "/in/a.MD", "/in.d/photo", "/.jpg"])
      expect(sidecarPathsOf(path), path).toEqual([]);
  });

  it("txt and md in any case → a sidecar's name; others → not", () => {
    for (const name of ["a.txt", "a.b.TXT", "photo.Md"]) expect(isSidecarName(name), name).toBe(true);
    for (const name of ["txt", ".md", "a.txt.jpg", "a.text", "a.mdx"]) expect(isSidecarName(name), name).toBe(false);
  });
});

describe("a text file", () => {
  it("its whole text → the message, trimmed, one kind of line end", () => {
    expect(parse("a.txt", " Grüße 😀\r\nline two\rthree\n\n")).toEqual(
      caption({ message: "Grüße 😀\nline two\nthree" }),
    );
  });

  it("a byte order mark → taken away", () => {
    expect(parse("a.txt", "\uFEFFHello")).toEqual(caption({ message: "Hello" }));
    expect(parse("a.md", `\uFEFF${withHead("alt: A")}`)).toEqual(caption({ message: "Hello", alt: "A" }));
  });

  it("empty or only space → says nothing", () => {
    for (const content of ["", " \n\t", "\uFEFF"]) expect(parse("a.txt", content)).toEqual(caption({}));
  });

  it("lines of dashes in it → part of the text", () => {
    expect(parse("a.txt", withHead("alt: A"))).toEqual(caption({ message: "---\nalt: A\n---\nHello" }));
  });

  it("UTF-16, Latin-1 or cut in a character → not UTF-8, told how to save it", () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("Hello", "utf16le")]);
    for (const content of [utf16, Buffer.from("Grüße", "latin1"), Buffer.from("ü").subarray(0, 1)]) {
      expect(fault("a.txt", content)).toBe("a.txt: not UTF-8 text; save it with the encoding UTF-8");
    }
  });

  it("64 KiB → read; one byte more → refused, both numbers named", () => {
    expect(SIDECAR_MAX_BYTES).toBe(65_536);
    expect(parse("a.txt", "x".repeat(65_536)).kind).toBe("caption");
    expect(fault("a.txt", "x".repeat(65_537))).toContain("65,537 bytes, more than the limit of 65,536 bytes");
  });
});

describe("front matter", () => {
  it("alt and schedule → read, the rest is the message", () => {
    const content = '---\r\nalt: "Stalls: under trees"\r\nschedule: 2026-10-01T09:00:00+02:00\r\n---\r\n\r\nHello\r\n';
    expect(parse("a.md", content)).toEqual(
      caption({ message: "Hello", alt: "Stalls: under trees", scheduledAt: Date.UTC(2026, 9, 1, 7) }),
    );
  });

  it("none, an empty one, empty fields, or no text after it → what is not said is null", () => {
    expect(parse("a.md", "Hello")).toEqual(caption({ message: "Hello" }));
    expect(parse("a.md", "---\n---\nHello")).toEqual(caption({ message: "Hello" }));
    expect(parse("a.md", withHead("# a remark\nalt:\nschedule: null"))).toEqual(caption({ message: "Hello" }));
    expect(parse("a.md", "---\nalt: A\n---")).toEqual(caption({ alt: "A" }));
  });

  it("a line of dashes further down → part of the message", () => {
    expect(parse("a.md", "---\nalt: A\n---\none\n---\ntwo")).toEqual(caption({ message: "one\n---\ntwo", alt: "A" }));
  });

  it("another field → refused by its name, and the known ones told", () => {
    for (const field of ["title", "Alt", "__proto__", "constructor"]) {
      expect(fault("a.md", withHead(`alt: A\n${field}: x`)), field).toBe(
        `a.md: field ${field} of the front matter is not known; alt and schedule are`,
      );
    }
  });

  it.each([
    ["alt", ["''", "5", "[a]", "true", "{a: b}", "x".repeat(1001)]],
    [
      "schedule",
      ["tomorrow", "2026-10-01", "2026-10-01T09:00:00", "2026-13-01T09:00:00Z", "2026-02-30T09:00:00Z", "5"],
    ],
  ])("%s of a wrong type or form → refused, the field named, its value not", (field, values) => {
    for (const value of values) {
      const message = fault("a.md", withHead(`${field}: ${value}`));
      expect(message, value).toContain(`a.md: field ${field} of the front matter`);
    }
    expect(fault("a.md", withHead("schedule: tomorrow"))).not.toContain("tomorrow");
  });

  it("schedule in UTC or to the minute → read", () => {
    for (const time of ["2026-10-01T07:00:00Z", "2026-10-01T07:00Z", "'2026-10-01T07:00:00.000Z'"]) {
      expect(parse("a.md", withHead(`schedule: ${time}`)), time).toMatchObject({
        scheduledAt: Date.UTC(2026, 9, 1, 7),
      });
    }
  });

  it("never closed → said so", () => {
    for (const content of ["---\n", "---\nalt: A\nHello", "---\nalt: A\n--- no\n ---"]) {
      expect(fault("a.md", content), content).toContain("a line --- is missing");
    }
  });

  it("not YAML, doubled fields, or anchors that multiply → refused, nothing of it quoted", () => {
    const bomb = ["a: &a [hush]", ...Array.from({ length: 9 }, (_, n) => `b${n}: [*a, *a, *a]`)].join("\n");
    for (const yaml of ["alt: [hush", "alt: hush\nalt: hush", "\thush: x", "alt: 'hush", "alt: !hush x", bomb]) {
      const message = fault("a.md", withHead(yaml));
      expect(message, yaml).toContain("the front matter is not YAML that can be read");
      expect(message, yaml).not.toContain("hush");
    }
    expect(fault("a.md", withHead("alt: A\nalt: B"))).toContain("line 3");
  });

  it("a list or a single word → not a list of fields", () => {
    for (const yaml of ["- alt", "hello", "5"]) {
      expect(fault("a.md", withHead(yaml))).toBe("a.md: the front matter is not a list of fields");
    }
  });

  it("nested thousands deep → an answer, not a crash", () => {
    const started = parse("a.md", withHead(`alt: ${"[".repeat(20_000)}${"]".repeat(20_000)}`));
    expect(started.kind).toBe("invalid");
  });
});
