/** What stands around a file's story: the way to the file and back to its table, its names and size, and what is sent. */
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Thumbnail } from "@/app/parts/thumbnail.tsx";
import { dropboxHref } from "@/lib/core/dropbox-web.ts";
import { sent } from "@/lib/core/sent.ts";
import { type Story, storySchema } from "@/lib/core/story.ts";
import { sentView } from "@/lib/dashboard/sent-view.ts";
import { storyView, tableOf } from "@/lib/dashboard/story-view.ts";
import { NOW } from "../support/builders.ts";

const file = { id: "id:a", path: "/inbox/a.jpg", rev: "r1", size: 3_400_000 };
const common = { file, seenAt: NOW, seenBy: "poll", gone: null, held: null, attempts: [], at: NOW, attempted: 1 };
const waits = { priority: "live", dueAt: NOW, because: "turn", hold: null };
const story = (state: Story["state"], more: object = {}): Story =>
  storySchema.parse({ ...common, state, reason: "too large", rule: null, lastListedAt: NOW, ...more });

describe("the way to the file at Dropbox", () => {
  it.each([
    ["/a.jpg", "https://www.dropbox.com/home?preview=a.jpg"],
    ["/In box/50% & more/#1?.jpg", "https://www.dropbox.com/home/In%20box/50%25%20%26%20more?preview=%231%3F.jpg"],
    ["/ä/ü.png", "https://www.dropbox.com/home/%C3%A4?preview=%C3%BC.png"],
  ])("%s → each part encoded", (path, href) => {
    expect(dropboxHref(path)).toBe(href);
  });

  it("failed → mending the file comes first, then trying again", () => {
    const view = storyView(story("dead"), NOW);
    expect(view.source).toEqual({ text: "Open it in Dropbox", href: dropboxHref(file.path), isFirst: true });
    expect(view.acts.map(({ action, isFirst }) => [action, isFirst])).toEqual([["replay", false]]);
  });

  it("failed, and its file is gone → no way to it, and trying again comes first", () => {
    const view = storyView(story("dead", { gone: "deleted" }), NOW);
    expect(view.source).toBeNull();
    expect(view.acts[0]?.isFirst).toBe(true);
  });

  it("delivered → there beside the rest, and not first; a folder, or never seen → none", () => {
    expect(storyView(story("delivered"), NOW).source?.isFirst).toBe(false);
    expect(storyView(story("folder"), NOW).source).toBeNull();
    expect(storyView(story("notSeen"), NOW).source).toBeNull();
  });
});

describe("in the place of a picture", () => {
  it.each([
    ["notes.txt", "TXT"],
    ["a.b.Mp4", "MP4"],
    ["README", ""],
    [".env", ""],
    ["x.verylong", ""],
    ["A stored value that cannot be read", ""],
  ])("%s → %j", (name, kind) => {
    const shown = renderToStaticMarkup(Thumbnail({ view: null, name }));
    expect(shown).toBe(`<span class="thumbnail kind" aria-hidden="true">${kind}</span>`);
  });

  it("a file with a picture → the picture", () => {
    expect(renderToStaticMarkup(Thumbnail({ view: { src: "/thumbnails?x", place: 2 }, name: "a.jpg" }))).toMatch(
      /<img class="place-2" src="\/thumbnails\?x" alt="Preview of a.jpg"/,
    );
  });
});

describe("around the story", () => {
  it("names of both sides, and the size → among the details, in words", () => {
    const { facts } = storyView(story("delivered"), NOW, { instance: "Harbour", destination: "Fair Page" });
    expect(facts).toContainEqual({ label: "Instance", value: "Harbour" });
    expect(facts).toContainEqual({ label: "Destination", value: "Fair Page" });
    expect(facts).toContainEqual({ label: "Size", value: "3.4 MB" });
  });

  it.each([
    ["dead", "dead"],
    ["notSelected", "leftOut"],
    ["old", "leftOut"],
    ["skipped", "settled"],
  ] as const)("the way back of one that is %s → the table of %s, of the same instance", (state, table) => {
    expect(tableOf(story(state), "7.2")).toBe(`/files?state=${table}&link=7.2`);
  });
});

describe("what is sent", () => {
  it("a record → its JSON for people, with the picture of the file", () => {
    const view = sentView(story("delivered"), { sent: sent("A record", { payload: { id: "x" } }) }, "env");
    expect(view).toMatchObject({ what: "A record.", payload: '{\n  "id": "x"\n}', note: null });
    expect(view?.picture).toMatch(/^\/thumbnails\?link=env&size=large/);
  });

  it("a post → its words and fields, without JSON", () => {
    const fields = [{ label: "Caption from", value: "a.txt" }];
    const view = sentView(story("waiting", waits), { sent: sent("A photo", { text: "Hello", fields }) }, "env");
    expect(view).toMatchObject({ what: "A photo.", text: "Hello", fields, payload: null });
  });

  it("left out → nothing, said so, beside its picture; over for long → its picture; not seen → no part at all", () => {
    expect(sentView(story("notSelected"), { sent: null }, "env")).toMatchObject({ what: "Nothing: it is left out." });
    expect(sentView(story("forgotten"), { sent: null }, "env")).toMatchObject({ what: null });
    expect(sentView(story("notSeen"), { sent: null }, "env")).toBeNull();
  });
});
