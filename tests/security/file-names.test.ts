/** Names are chosen by whoever may write to the folder. Each file is delivered once under its exact name, or skipped with a reason. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { recordIdOf } from "@/lib/destinations/records/record.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

/** None is hidden or temporary, and none begins or ends in blanks: the emulated endpoint trims them. */
const NAMES = [
  "a..%2f..%2fetc%2fpasswd",
  "C:\\..\\boot.ini",
  "a\nb.jpg",
  "a\r\nX-Evil: 1.jpg",
  "a\tb.jpg",
  "nul\u0000.jpg",
  "\u202egpj.exe",
  "\u2066a\u2069.jpg",
  "a\ufeffbom.jpg",
  "zero\u200bwidth.jpg",
  `${"x".repeat(251)}.jpg`,
  `${"é".repeat(125)}.jpg`,
  "👩‍👩‍👧‍👦.jpg",
  "lone\ud800.jpg",
  "lone\udc00.jpg",
  "{{ 7*7 }}.jpg",
  "<%= 7*7 %>.jpg",
  "<img src=x onerror=alert(1)>.html",
  "' OR 1=1 --.jpg",
  "$(reboot)`reboot`;.sh",
  "*.jpg",
  "[a-z]?.jpg",
  "!(a).jpg",
  "{a,b}.jpg",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty.json.jpg",
  "id:abc",
  "rev:abc",
  "folder",
  "con",
  "a:b|c?d",
  "?id=facebook_x&status=deleted",
  "#fragment",
  "%00%0a",
  "-rf",
  "~tilde",
  "café.jpg".normalize("NFC"),
  "café.jpg".normalize("NFD"),
  "İstanbul.jpg",
  "ﬀ.jpg",
  "ß.jpg",
  "SS.jpg",
  '{"id":"facebook_x","status":"deleted"}',
  '","status":"deleted","x":"',
];

async function following(env: Record<string, string> = {}) {
  world = await createWorld({ env });
  await world.sweep();
  world.advance(60_000);
}
async function listed() {
  await world.notify();
  await world.settle();
}
const recordOf = (id: string) => world.facebook.find(recordIdOf(id));
const inRedis = async (key: string) => Number(await world.backend.command(["HLEN", key]));

describe("any name", () => {
  it("dropped → one record each, under its exact name and the id of its own file", async () => {
    await following();
    const files = NAMES.map((name) => world.dropbox.files.addFile(`/in/${name}`, name));
    expect(new Set(files.map(({ id }) => id)).size).toBe(NAMES.length);
    await listed();
    for (const { id, name } of files) {
      expect(recordOf(id), name).toEqual([{ id: recordIdOf(id), status: "active", name }]);
    }
    expect(world.facebook.records()).toHaveLength(NAMES.length);
    expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0 });
  });

  it("edited, then renamed, then deleted → still one record each, and nothing of the path is kept", async () => {
    await following();
    const files = NAMES.map((name) => world.dropbox.files.addFile(`/in/${name}`, name));
    await listed();
    for (const [n, name] of NAMES.entries()) world.dropbox.files.editFile(`/in/${name}`, `${n} again`);
    await listed();
    for (const name of NAMES) world.dropbox.files.renameFile(`/in/${name}`, `/moved/${name}`);
    await listed();
    expect(world.facebook.records()).toHaveLength(NAMES.length);
    for (const { id, name } of files) expect(recordOf(id)).toMatchObject([{ name }]);
    for (const name of NAMES) world.dropbox.files.deletePath(`/moved/${name}`);
    await listed();
    // The two folders and nothing else.
    expect(await inRedis("relay:i:env:paths")).toBe(2);
    expect(world.facebook.doubles()).toEqual([]);
  });

  it("as the name of a folder → the files in it are delivered, and forgotten when the folder goes", async () => {
    await following();
    // Redis keeps half a letter as a replacement mark; such a folder's names stay behind until they are used again.
    const names = NAMES.filter((name) => name.isWellFormed());
    const files = names.map((name) => world.dropbox.files.addFile(`/in/${name}/a.jpg`, name));
    await listed();
    for (const { id } of files) expect(recordOf(id)).toMatchObject([{ name: "a.jpg" }]);
    for (const name of names) world.dropbox.files.deletePath(`/in/${name}`);
    await listed();
    expect(await inRedis("relay:i:env:paths")).toBe(1);
  });

  it("made up letter by letter → delivered once under that name, or skipped with a reason in the log", async () => {
    await following();
    const name = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom(..."../\\*?[]{}~$\n\r\u202e\u0000 %\"'"),
          fc.string({ unit: "binary", maxLength: 1 }),
        ),
        minLength: 1,
        maxLength: 20,
      })
      .map((text) => text.replaceAll("/", "∕"))
      .filter((text) => text.trim() === text && text !== "");
    const names = [...new Set(fc.sample(name, 150).map((text) => text.toLowerCase()))];
    const files = names.map((text) => world.dropbox.files.addFile(`/in/${text}`, text));
    await listed();
    const skipped = world.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "file.skipped");
    for (const file of files) {
      const [record, ...more] = recordOf(file.id);
      const reasons = skipped.filter(({ path }) => path === file.pathDisplay).map(({ reason }) => reason);
      expect(more).toEqual([]);
      if (record === undefined) expect(reasons).toEqual([expect.stringMatching(/temporary file|hidden file/)]);
      else expect([record.name, reasons]).toEqual([file.name, []]);
    }
    expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0 });
  });
});

describe("paths that would lead elsewhere", () => {
  it("dots as names of folders → hidden, wherever they would lead; nothing outside the folder is selected", async () => {
    await following({ DROPBOX_FOLDER: "/in" });
    for (const path of ["/in/../out/a.jpg", "/in/./a.jpg", "/in/.../a.jpg", "/in/x/../../out/a.jpg"])
      world.dropbox.files.addFile(path, path);
    world.dropbox.files.addFile("/in-other/a.jpg", "x");
    world.dropbox.files.addFile("/in/good.jpg", "x");
    await listed();
    expect(world.facebook.records().map(({ name }) => name)).toEqual(["good.jpg"]);
    const reasons = world.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "file.skipped");
    expect(reasons).toHaveLength(4);
    for (const { reason } of reasons) expect(reason).toContain("hidden");
  });

  it("names made of the letters of patterns → selected and excluded by what they are, not by what they say", async () => {
    await following({ INCLUDE: "open/**", EXCLUDE: "**/*.raw" });
    const selected = ["/open/!(x).jpg", "/open/**", "/open/{a,b.raw}x", "/open/[.raw].jpg", "/open/a.raw\n.b"];
    const others = [
      "/secret/open/**",
      "/{open,secret}/a.jpg",
      "/**/a.jpg",
      "/open/*.raw",
      "/open/\n.raw",
      "/!(secret)/a.jpg",
    ];
    for (const path of [...selected, ...others]) world.dropbox.files.addFile(path, path);
    await listed();
    const names = world.facebook.records().map(({ name }) => name);
    expect(names.sort()).toEqual(selected.map((path) => path.slice("/open/".length)).sort());
  });
});
