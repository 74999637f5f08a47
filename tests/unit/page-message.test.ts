import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_TEMPLATE,
  MESSAGE_MAX_CHARS,
  previewMessage,
  renderMessage,
  TEMPLATE_MAX_CHARS,
  validateTemplate,
} from "@/lib/destinations/page/message.ts";
import { describeFile, EXAMPLE, type MessageValues, sizeText } from "@/lib/destinations/page/message-values.ts";

const values = (changes: Partial<MessageValues> = {}): MessageValues => ({ ...EXAMPLE, ...changes });
const render = (template: string, changes: Partial<MessageValues> = {}) => {
  const rendered = renderMessage(template, values(changes));
  return rendered.kind === "rendered" ? rendered.text : rendered;
};
const fault = (template: string) => {
  const checked = validateTemplate(template);
  return checked.ok ? "no fault" : `${checked.line}: ${checked.what}`;
};

describe("the values of a file", () => {
  it("a path → name, stem, folder and extension", () => {
    const described = describeFile({ path: "/A/b.c/Photo.One.JPG", size: 0, modified: Date.UTC(2026, 0, 2, 3, 4, 5) });
    expect(described).toEqual({
      name: "Photo.One.JPG",
      stem: "Photo.One",
      extension: "jpg",
      folder: "/A/b.c",
      path: "/A/b.c/Photo.One.JPG",
      size: 0,
      sizeText: "0 B",
      modified: "2026-01-02T03:04:05.000Z",
    });
  });

  it("at the top, without extension, or hidden → still a folder and a stem", () => {
    expect(describeFile({ path: "/README", size: 1, modified: 0 })).toMatchObject({
      stem: "README",
      extension: "",
      folder: "/",
    });
    expect(describeFile({ path: "/x/.env", size: 1, modified: 0 })).toMatchObject({ stem: ".env", extension: "" });
  });

  it.each([
    [999, "999 B"],
    [1000, "1 kB"],
    [1_234_567, "1.2 MB"],
    [999_949, "999.9 kB"],
    [999_950, "1 MB"],
    [5_000_000_000, "5 GB"],
    [12_345_000_000_000_000, "12345 TB"],
  ])("%d bytes → %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

describe("a template that is right", () => {
  it("the default → the caption, else the stem", () => {
    expect(validateTemplate(DEFAULT_TEMPLATE)).toEqual({ ok: true });
    expect(render(DEFAULT_TEMPLATE)).toBe("Our summer fair.");
    expect(render(DEFAULT_TEMPLATE, { caption: null })).toBe("Summer fair");
  });

  it("every variable → its value; what is not there → nothing, and false in a condition", () => {
    const all = Object.keys(EXAMPLE)
      .map((name) => `{{ ${name} }}`)
      .join("|");
    expect(render(all)).toBe(Object.values(EXAMPLE).join("|"));
    const condition = "{% if caption %}yes{% else %}no{% endif %}{{ caption | upcase }}{{ caption.size }}{{ alt }}";
    expect(render(condition, { caption: null, alt: null })).toBe("no");
  });

  it("text, filters, loops and dates → as Liquid has them", () => {
    const template =
      "New: {{ stem | upcase }} ({{ sizeText }}){% assign parts = folder | split: '/' %}" +
      "{% for part in parts %}{% if part != '' %} #{{ part | downcase }}{% endif %}{% endfor %} {{ modified | date: '%d.%m.%Y %H:%M' }}";
    expect(validateTemplate(template)).toEqual({ ok: true });
    expect(render(template)).toBe("New: SUMMER FAIR (1.2 MB) #events 01.07.2026 09:30");
  });

  it("spaces in quotes, around signs, and in what is printed as it stands → no fault", () => {
    const template =
      "{{- 'a | b c' | append : \"d e\" , | replace: ' ' , '-' -}}{% raw %}{{ a b }}{% endraw %}{{ name.size }}{{ (1 .. 3) | join: ', ' }}";
    expect(fault(template)).toBe("no fault");
    expect(render(template)).toBe("a-|-b-cd-e{{ a b }}151, 2, 3");
  });

  it("a time zone → dates in it", () => {
    const shown = renderMessage("{{ modified | date: '%H:%M' }}", values(), "Europe/Berlin");
    expect(shown).toEqual({ kind: "rendered", text: "11:30" });
  });

  it("space around → trimmed; line ends → of one kind; control and half characters → gone", () => {
    expect(render(" \n a\r\nb\rc\td{{ name }} \n", { name: "\u0000\u0007x\uD800" })).toBe("a\nb\nc\tdx\uFFFD");
  });

  it("nothing comes out for this file → blank, told apart from a message", () => {
    expect(validateTemplate("{{ caption }}")).toEqual({ ok: true });
    expect(render(" {{ caption }}\n", { caption: null })).toEqual({ kind: "blank" });
  });
});

describe("a template that is wrong", () => {
  it.each([
    ["an unknown variable", "Hello\n{{ nme }}", "2: there is no nme; there are name, "],
    ["one in a branch not taken", "{% if caption %}x{% else %}\n\n{{ nme }}{% endif %}", "3: there is no nme; "],
    ["one as an argument", "{{ caption | default: nme }}", "1: there is no nme; "],
    ["a property of a variable", "{{ name.first }}", "1: there is no name.first; "],
    ["what every object has", "{{ name.constructor }}", "1: there is no name.constructor; "],
    ["what every object has, at the top", "{{ constructor }}", "1: there is no constructor; "],
    ["a property by a variable", "{{ name[alt] }}", "1: there is no name"],
    ["an unknown filter", "\n\n{{ name | upcse }}", "3: undefined filter: upcse"],
    ["a filter we took out", "{{ name | strip_html }}", "1: undefined filter: strip_html"],
    ["an unknown tag", "{% foo %}", '1: tag "foo" not found'],
    ["an output not closed", "x\n{{ name", "2: output"],
    ["a tag not closed", "{% if name %}x", "1: tag {% if name %} not closed"],
    ["a condition without one", "{% if %}x{% endif %}", "1: invalid value expression"],
    ["an end without its start", "x{% endif %}", '1: tag "endif" not found'],
    ["a bar forgotten", "\n{{ caption default: stem }}", '2: expected "|" before filter'],
    ["two variables in one output", "{{- stem name -}}", "1: only one value can stand in {{- stem name -}}"],
    ["a property apart from its dot", "{{ name . size }}", "1: only one value"],
    ["nothing", "", "1: the template gives an empty message"],
    ["nothing but space and remarks", " \n{% comment %}x{% endcomment %}", "1: the template gives an empty message"],
  ])("%s → refused when saved, with line and what", (_, template, expected) => {
    expect(fault(template)).toContain(expected);
    expect(previewMessage(template).kind).not.toBe("rendered");
  });

  it("rendered without having been validated → invalid all the same, never a message with a hole", () => {
    for (const template of ["Hi {{ nme }}", "Hi {{ name | nope }}", "{% if name %}", "{{ name.nope }}"]) {
      expect(renderMessage(template, values()), template).toMatchObject({ kind: "invalid", line: 1 });
    }
  });

  it("tags that read files or other templates, or make markup → not there", () => {
    for (const tag of [
      "include 'a'",
      "render '/etc/hosts'",
      "layout 'a'",
      "block a",
      "capture a",
      "tablerow a in b",
      "liquid",
    ]) {
      expect(fault(`{% ${tag} %}`), tag).toContain("not found");
    }
  });
});

describe("a template that is too much", () => {
  it.each([
    ["longer than a template may be", "x".repeat(TEMPLATE_MAX_CHARS + 1)],
    ["a loop of a thousand million", "{% for i in (1..1000000000) %}x{% endfor %}"],
    ["a loop in a loop", "{% for i in (1..1000) %}{% for j in (1..1000) %}x{% endfor %}{% endfor %}"],
    [
      "text that doubles",
      "{% assign a = 'xx' %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}{{ a }}",
    ],
    ["text that is replaced by longer text", `{{ 'x' ${"| replace: 'x', 'xxxxxxxxxx' ".repeat(9)}}}`],
    ["a date as wide as a book", "{{ modified | date: '%900000d' }}{{ modified | date: '%900000d' }}"],
    ["nested a thousand deep", "{% if name %}".repeat(700)],
  ])("%s → refused, the process lives on", (_, template) => {
    expect(validateTemplate(template).ok).toBe(false);
    expect(renderMessage(template, values()).kind).toBe("invalid");
  });

  it("a caption as long as may be, in a template at its longest → still an answer", () => {
    const template = "{{ caption | replace: 'x', 'y' }}".repeat(5);
    expect(render(template, { caption: "x".repeat(60_000) })).toMatch(/^y{63205}…$/);
  });
});

describe("the length", () => {
  const E = "👩‍👩‍👧‍👦";
  it("at the limit → whole; one more → cut, an ellipsis in its place, at the limit", () => {
    expect(MESSAGE_MAX_CHARS).toBe(63_206);
    expect(render("{{ caption }}", { caption: "x".repeat(63_206) })).toBe("x".repeat(63_206));
    expect(render("{{ caption }}", { caption: "x".repeat(63_207) })).toBe(`${"x".repeat(63_205)}…`);
  });

  it("a family at the cut → whole or not at all", () => {
    for (const before of [63_206 - E.length, 63_206 - E.length - 1, 63_204, 63_205]) {
      const text = "x".repeat(before);
      const whole = before + E.length < 63_206;
      expect(render("{{ caption }}", { caption: `${text}${E}tail tail` })).toBe(`${text}${whole ? E : ""}…`);
    }
  });
});

describe("what files are called and say", () => {
  it("template signs in a name or caption → printed as they are", () => {
    for (const evil of ["{{ path }}.jpg", "{% if %}", "{{ 'x' | upcase }}", "{% raw %}", "{{", "}}", "%}"]) {
      expect(render("[{{ name }}|{{ caption }}]", { name: evil, caption: evil })).toBe(`[${evil}|${evil}]`);
    }
  });

  it("any text, through assign and default too → exactly itself", () => {
    const template = "<{% assign a = name %}{{ a }}|{{ caption | default: name }}>";
    const plain = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(plain, plain, (name, caption) => {
        expect(render(template, { name, caption })).toBe(`<${name}|${caption}>`);
      }),
    );
  });
});

describe("a preview", () => {
  it("of an example, or of a file at hand → the message it would get", () => {
    expect(previewMessage("{{ name }}")).toEqual({ kind: "rendered", text: "Summer fair.jpg" });
    expect(previewMessage("{{ name }}", values({ name: "b.png" }))).toEqual({ kind: "rendered", text: "b.png" });
  });

  it("a time zone that does not exist → invalid, not thrown", () => {
    expect(previewMessage("{{ modified | date: '%H' }}", values(), "Mars/Base").kind).toBe("invalid");
  });
});
