/**
 * The message of a post: a Liquid template of the instance, filled with what is known of the file. A template that
 * names something unknown is refused when it is saved; what files are called or say is data and is never parsed.
 */
import { Liquid, Tokenizer, TokenKind } from "liquidjs";
import { EXAMPLE, type MessageValues } from "./message-values.ts";

/** The longest message Facebook takes. */
export const MESSAGE_MAX_CHARS = 63_206;
export const TEMPLATE_MAX_CHARS = 10_000;
/** What a person wrote beside the file, else what they called it. */
export const DEFAULT_TEMPLATE = "{{ caption | default: stem }}";

export type Rendered =
  | { kind: "rendered"; text: string }
  /** Nothing but space came out: whether a post may do without words is for the caller. */
  | { kind: "blank" }
  | { kind: "invalid"; line: number; what: string };

/** Without tags that read other templates, make markup, or let text double itself unmeasured (`capture`). */
const TAGS = new Set("assign if unless case for break continue comment raw echo #".split(" "));
const FILTERS = new Set(
  (
    "append prepend capitalize upcase downcase strip lstrip rstrip squish strip_newlines replace replace_first " +
    "replace_last remove remove_first remove_last truncate truncatewords number_of_words slice split join first last " +
    "reverse size default date plus minus times divided_by modulo round ceil floor abs at_least at_most url_encode"
  ).split(" "),
);
/** Far above any message, and counted in steps and characters first: a slow machine does not make a template wrong. */
const TEMPLATE_STEPS_MAX = 2_000;
const MEMORY_MAX_CHARS = 1_000_000;
const RENDER_MAX_MS = 5_000;

/** Whether a template can be saved. It is parsed, its names are looked up, and it is filled once with an example. */
export function validateTemplate(template: string): { ok: true } | { ok: false; line: number; what: string } {
  const shown = previewMessage(template);
  if (shown.kind === "rendered") return { ok: true };
  if (shown.kind === "invalid") return { ok: false, line: shown.line, what: shown.what };
  return { ok: false, line: 1, what: "the template gives an empty message" };
}

/** The message an example file would get, or what is wrong with the template. Posts nothing. */
export function previewMessage(template: string, values: MessageValues = EXAMPLE, timeZone = "UTC"): Rendered {
  return unknownName(template, timeZone) ?? strayWord(template) ?? renderMessage(template, values, timeZone);
}

/** Fills a template. Never throws: what fails is `invalid`, with the line. */
export function renderMessage(template: string, values: MessageValues, timeZone = "UTC"): Rendered {
  try {
    const engine = createEngine(timeZone);
    const limits = { templateLimit: TEMPLATE_STEPS_MAX };
    const text = tidy(String(engine.renderSync(engine.parse(template), { ...values }, limits)));
    return text === "" ? { kind: "blank" } : { kind: "rendered", text: cut(text) };
  } catch (cause) {
    return invalid(cause);
  }
}

/** The first name in the template that is no variable, wherever it stands: a trial run would not enter every branch. */
function unknownName(template: string, timeZone: string): Rendered | null {
  try {
    const engine = createEngine(timeZone);
    const { globals } = engine.analyzeSync(engine.parse(template), { partials: false });
    for (const [root, uses] of Object.entries(globals)) {
      for (const { segments, location } of uses) {
        const rest = segments.slice(1);
        if (Object.hasOwn(EXAMPLE, root) && (rest.length === 0 || (rest.length === 1 && rest[0] === "size"))) continue;
        const what = `there is no ${segments.map(String).join(".")}; there are ${Object.keys(EXAMPLE).join(", ")}`;
        return { kind: "invalid", line: location.row, what };
      }
    }
    return null;
  } catch (cause) {
    return invalid(cause);
  }
}

/** Words the engine would pass over in silence: of `{{ stem caption }}` it prints the first alone. */
function strayWord(template: string): Rendered | null {
  for (const token of new Tokenizer(template).readTopLevelTokens()) {
    if (token.kind !== TokenKind.Output) continue;
    const written = token.getText();
    // Texts in quotes count as one word, and so does what brackets hold together.
    const plain = written
      .slice(2, -2)
      .replace(/^-|-$/g, "")
      .replace(/"[^"]*"|'[^']*'/g, "''");
    const pieces = plain.replace(/\s*(\.\.|[[\]()])\s*/g, "$1").split(/[|:,]/);
    if (pieces.every((piece) => !/\s/.test(piece.trim()))) continue;
    return {
      kind: "invalid",
      line: token.getPosition()[0] ?? 1,
      what: `only one value can stand in ${written.slice(0, 100)}`,
    };
  }
  return null;
}

function createEngine(timeZone: string): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {},
    timezoneOffset: timeZone,
    locale: "en-US",
    parseLimit: TEMPLATE_MAX_CHARS,
    memoryLimit: MEMORY_MAX_CHARS,
    renderLimit: RENDER_MAX_MS,
  });
  for (const tag of Object.keys(engine.tags)) if (!TAGS.has(tag)) delete engine.tags[tag];
  for (const filter of Object.keys(engine.filters)) if (!FILTERS.has(filter)) delete engine.filters[filter];
  return engine;
}

/** The engine's own words without the place at their end, which is told apart. */
function invalid(cause: unknown): Rendered & { kind: "invalid" } {
  const what = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "unknown";
  return { kind: "invalid", line: lineOf(cause), what: what.replace(/(, file:.*)?, line:\d+, col:\d+$/, "") };
}

function lineOf(cause: unknown): number {
  if (!(cause instanceof Error) || !("token" in cause)) return 1;
  const { token } = cause;
  if (token === null || typeof token !== "object" || !("getPosition" in token)) return 1;
  if (typeof token.getPosition !== "function") return 1;
  const position: unknown = token.getPosition();
  return Array.isArray(position) && typeof position[0] === "number" ? position[0] : 1;
}

/** One kind of line end, no control characters, no half characters, no space around. */
const tidy = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .trim();

/** Cut before the character (as people count them) that would not fit, an ellipsis in its place. */
function cut(text: string): string {
  if (text.length <= MESSAGE_MAX_CHARS) return text;
  const first = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text).containing(MESSAGE_MAX_CHARS - 1);
  return `${text.slice(0, first?.index ?? 0).trimEnd()}…`;
}
