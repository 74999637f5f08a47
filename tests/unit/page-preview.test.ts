import { describe, expect, it } from "vitest";
import { parsePageEnv } from "@/lib/local/page-env.ts";
import { previewFile } from "@/lib/relay/preview-file.ts";
import { NOW } from "../support/builders.ts";

const preview = (path: string, env: Record<string, string> = {}, beside: string | null = null, size = 1_200_000) =>
  previewFile(parsePageEnv(env), {
    path,
    size,
    modified: NOW,
    sidecar: beside === null ? null : { name: "fair.md", content: Buffer.from(beside) },
  });

describe("what a file would become, without posting it", () => {
  it.each([
    ["/fair.jpg", {}, { kind: "photo", message: "fair" }],
    ["/fair.mp4", {}, { kind: "video", message: "fair" }],
    ["/fair.mp4", { PAGE_VIDEOS: "reel" }, { kind: "reel" }],
    ["/fair.mov", { PAGE_VIDEOS: "reel" }, { kind: "video" }],
    ["/fair.pdf", { PAGE_MESSAGE: "{{ name }}, {{ sizeText }}" }, { kind: "text", message: "fair.pdf, 1.2 MB" }],
    ["/fair.pdf", { PAGE_OTHER_FILES: "link", PAGE_MESSAGE: "{{ link }}" }, { kind: "link" }],
    [
      "/fair.jpg",
      { PAGE_MESSAGE: "{% if false %}x{% endif %}{{ link | default: caption }}{% if name == 'other' %}y{% endif %}" },
      { kind: "photo", message: null },
    ],
    ["/fair.pdf", { PAGE_OTHER_FILES: "skip" }, { kind: "nothing", reason: "neither a photo nor a video" }],
    ["/fair.txt", {}, { kind: "nothing", reason: expect.stringContaining("caption of the photo") }],
    ["/fair.mp4", { PAGE_VIDEOS: "skip" }, { kind: "nothing", reason: "videos are not published here" }],
    ["/fair.mp4", { PAGE_VIDEO_MAX_BYTES: "5" }, { kind: "nothing", reason: expect.stringContaining("limit of 5") }],
  ] as const)("%s with %j → %j", (path, env, shown) => {
    expect(preview(path, env)).toMatchObject(shown);
  });

  it("a caption with front matter beside it → its words, its alt text and its time; captions off → not read", () => {
    const beside = "---\nalt: Stalls\nschedule: 2027-01-02T09:00+01:00\n---\nOur fair.";
    const at = Date.parse("2027-01-02T08:00:00Z");
    expect(preview("/fair.jpg", {}, beside)).toEqual({ kind: "photo", message: "Our fair.", alt: "Stalls", at });
    expect(preview("/fair.jpg", { PAGE_CAPTIONS: "off" }, beside)).toMatchObject({ message: "fair", at: null });
  });

  it("a broken caption, an empty file → nothing, and why", () => {
    expect(preview("/fair.jpg", {}, "---\nalt: x")).toMatchObject({
      kind: "nothing",
      reason: expect.stringContaining("---"),
    });
    expect(preview("/fair.jpg", {}, null, 0)).toEqual({ kind: "nothing", reason: "the file is empty" });
  });

  it("settings that are no settings → told by their names", () => {
    expect(() => preview("/fair.jpg", { PAGE_VIDEOS: "post" })).toThrow("PAGE_VIDEOS: must be video, reel or skip");
    expect(() => preview("/fair.jpg", { PAGE_MESSAGE: "{{ nme }}" })).toThrow("PAGE_MESSAGE: line 1: there is no nme");
  });
});
