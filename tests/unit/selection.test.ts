import { describe, expect, it } from "vitest";
import { type Rules, whyNotSelected } from "@/lib/core/selection.ts";
import { rules } from "../support/builders.ts";

const why = (path: string, changes: Partial<Rules> = {}, { folder = "", size = 10 } = {}) =>
  whyNotSelected({ name: path.slice(path.lastIndexOf("/") + 1), path, size }, folder, rules(changes));
const isSelected = (path: string, changes: Partial<Rules> = {}, folder = "") => why(path, changes, { folder }) === null;

describe("no rules", () => {
  it("any ordinary file, at any depth and in any script → selected", () => {
    for (const path of ["/a.jpg", "/a", "/x/y/z/a.tar.gz", "/旅行/写真 1.jpg", "/a [1].jpg", "/ü/😀.png", "/a..b"]) {
      expect(why(path), path).toBeNull();
    }
  });
});

describe("the folder", () => {
  it("below it in any case, or the whole tree as '' or '/' → selected", () => {
    for (const folder of ["/Foo", "/foo", "/FOO/", "", "/"])
      expect(isSelected("/Foo/a.jpg", {}, folder), folder).toBe(true);
  });

  it("a sibling that begins alike, the folder itself, its parent or another → outside, folder named", () => {
    for (const path of ["/Foobar/a.jpg", "/Foo.jpg", "/foo", "/a.jpg", "/bar/Foo/a.jpg"]) {
      expect(why(path, {}, { folder: "/Foo" }), path).toBe("outside the folder /Foo");
    }
  });

  it("a letter whose lower case is longer in its name → the files below are judged by their own names", () => {
    expect(isSelected("/İx/a.jpg", {}, "/İx")).toBe(true);
    expect(isSelected("/İİİ/photo.jpg", { include: ["photo.jpg"] }, "/İİİ")).toBe(true);
  });

  it("written with accents apart, as a Mac does → the same folder", () => {
    expect(isSelected("/Fotos é/a.jpg".normalize("NFC"), {}, "/Fotos é".normalize("NFD"))).toBe(true);
  });
});

describe("temporary and hidden files", () => {
  it("what editors, browsers and systems leave → a temporary file", () => {
    for (const name of [
      "~$report.docx",
      ".~lock.a.odt#",
      "a.TMP",
      "a.temp",
      "a.jpg.part",
      "a.crdownload",
      "Desktop.ini",
      "Thumbs.db",
    ]) {
      expect(why(`/x/${name}`), name).toBe("a temporary file");
    }
  });

  it("names that only look alike → selected", () => {
    for (const name of ["tmp", "a.tmp.jpg", "my~$.docx", "apart", "thumbs.db.jpg", "partly.jpg"]) {
      expect(why(`/x/${name}`), name).toBeNull();
    }
  });

  it("a leading dot in the name or in a folder below the watched one → hidden", () => {
    for (const path of ["/x/.DS_Store", "/x/.git/a.jpg", "/x/y/.z/a.jpg"]) {
      expect(why(path, {}, { folder: "/x" }), path).toContain("hidden");
    }
  });

  it("the watched folder itself hidden → its files are selected", () => {
    expect(isSelected("/.drop/a.jpg", {}, "/.drop")).toBe(true);
  });
});

describe("extensions", () => {
  const extensions = ["jpg", "png"];
  it("one of them in any case → selected", () => {
    for (const path of ["/a.jpg", "/a.JPG", "/a.b.Png"]) expect(isSelected(path, { extensions }), path).toBe(true);
  });

  it("another, none, or the dot at the end → refused, the wanted ones named", () => {
    for (const path of ["/a.gif", "/jpg", "/a.jpg.", "/a.jpg.zip", "/a.jpgx"]) {
      expect(why(path, { extensions }), path).toBe("its extension is not among jpg, png");
    }
  });
});

describe("patterns", () => {
  const table: [pattern: string, matching: string[], other: string[]][] = [
    ["*.jpg", ["/in/a.jpg", "/in/A.JPG"], ["/in/x/a.jpg", "/in/a.jpeg"]],
    ["**/*.jpg", ["/in/a.jpg", "/in/x/y/a.jpg"], ["/in/a.png"]],
    ["photos/**", ["/in/photos/a", "/in/Photos/x/y"], ["/in/photo/a", "/in/x/photos/a"]],
    ["**/*.{jpg,png}", ["/in/a.png", "/in/x/b.jpg"], ["/in/a.gif"]],
    ["img_[0-9].jpg", ["/in/IMG_7.jpg"], ["/in/img_77.jpg", "/in/img_x.jpg"]],
    ["a \\[1\\].jpg", ["/in/a [1].jpg"], ["/in/a 1.jpg"]],
    ["[ab].jpg", ["/in/a.jpg", "/in/[ab].jpg"], ["/in/ab.jpg", "/in/c.jpg"]],
    ["фото/*", ["/in/фото/a", "/in/ФОТО/a"], ["/in/фото/x/a"]],
    ["caf\u00e9/*", ["/in/caf\u00e9/a", "/in/cafe\u0301/a", "/in/CAF\u00c9/a"], ["/in/cafe/a"]],
    ["cafe\u0301/*", ["/in/caf\u00e9/a"], ["/in/cafe/a"]],
    ["!(*.raw)", ["/in/a.jpg"], ["/in/a.raw"]],
    ["a (1).jpg", ["/in/a (1).jpg"], ["/in/a (2).jpg"]],
    ["a?.jpg", ["/in/ab.jpg"], ["/in/a.jpg", "/in/a/.jpg"]],
  ];

  it.each(table)("include %s → just what it matches is selected", (pattern, matching, other) => {
    for (const path of matching) expect(isSelected(path, { include: [pattern] }, "/in"), path).toBe(true);
    for (const path of other) expect(isSelected(path, { include: [pattern] }, "/in"), path).toBe(false);
  });

  it("any of several includes → selected; none of them → refused, all named", () => {
    const include = ["a/*", "b/*"];
    expect(isSelected("/b/x.jpg", { include })).toBe(true);
    expect(why("/c/x.jpg", { include })).toBe("matches none of the include patterns a/*, b/*");
  });

  it("included and excluded → refused, the exclude patterns named", () => {
    const both = { include: ["**/*.jpg"], exclude: ["**/draft*"] };
    expect(isSelected("/x/final.jpg", both)).toBe(true);
    expect(why("/x/Draft 2.jpg", both)).toBe("matches an exclude pattern among **/draft*");
  });
});

describe("size", () => {
  it("at the limit, or empty → selected; one byte more → refused with both numbers", () => {
    expect(why("/a.jpg", { sizeMaxBytes: 1000 }, { size: 1000 })).toBeNull();
    expect(why("/a.jpg", {}, { size: 0 })).toBeNull();
    expect(why("/a.jpg", { sizeMaxBytes: 1000 }, { size: 1001 })).toBe(
      "1,001 bytes, more than the limit of 1,000 bytes",
    );
  });
});
