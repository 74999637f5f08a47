/** The person with the folder: does the steps in Dropbox, and remembers what the relay owes for each file. */
import type { FileNode } from "../sandbox/dropbox-nodes.ts";
import type { Kind, Step } from "./steps.ts";
import type { Universe } from "./universe.ts";

export const SIZE_MAX_BYTES = 4096;

export interface Owed {
  kind: Kind;
  /** Grows with each edit; in a JSON file it is the amount. */
  version: number;
  /** In the folder before the relay's first contact. */
  old: boolean;
  /** When it came into the folder and when it left, in turns. */
  moves: number[];
}

export type Folder = ReturnType<typeof createFolder>;
type PeopleStep = Extract<
  Step,
  {
    do:
      | "add"
      | "edit"
      | "rename"
      | "moveOut"
      | "moveIn"
      | "delete"
      | "restore"
      | "deleteFolder"
      | "renameFolder"
      | "addMany";
  }
>;

/** `page`: the files are what a Page shows, pictures and videos. */
export function createFolder({ dropbox, time }: Pick<Universe, "dropbox" | "time">, page = false) {
  const end = page ? PAGE_END : END;
  const content = page ? pageContentOf : contentOf;
  const fileOf = new Map<number, string>();
  const { files } = dropbox;
  const owed = new Map<string, Owed>();
  /** The last file that was deleted at each place. */
  const deleted = new Map<number, FileNode>();
  let version = 0;
  let batch = 0;

  const stem = (place: number) => (place < 4 ? `/inbox/file${place}` : `/inbox/sub/file${place}`);
  const outside = (place: number) => `/elsewhere/file${place}`;

  /** The file at a place, whatever its kind. */
  function at(path: string): FileNode | null {
    for (const ending of ENDINGS) {
      const node = files.at(path + ending);
      if (node?.tag === "file") return node;
    }
    return null;
  }

  function write(path: string, kind: Kind): FileNode {
    version += 1;
    const node = files.addFile(path, content(kind, version));
    fileOf.set(version, node.id);
    const before = owed.get(node.id);
    owed.set(node.id, { kind, version, old: before?.old ?? false, moves: before?.moves ?? [] });
    return node;
  }

  return {
    owed,
    /** Whose version it was; "nobody's" for one that nobody wrote. */
    fileOf: (wanted: number): string => fileOf.get(wanted) ?? "nobody's",
    /** What was there before the relay: known, and never published. */
    addOld(count: number): void {
      for (let n = 0; n < count; n += 1) {
        const node = write(`/inbox/file${n}${end.json}`, "json");
        owed.set(node.id, { kind: "json", version, old: true, moves: [] });
      }
    },
    /** Does the step; false when there was nothing to do it with. */
    act(step: PeopleStep): boolean {
      const did = take(step);
      noteMoves();
      return did;
    },
    /** Every file that is in the folder now. */
    present,
    now: time.now,
  };

  function take(step: PeopleStep): boolean {
    switch (step.do) {
      case "add": {
        if (at(stem(step.place)) !== null) return false;
        write(stem(step.place) + end[step.kind], step.kind);
        return true;
      }
      case "edit": {
        const node = at(stem(step.place));
        const kind = node === null ? undefined : owed.get(node.id)?.kind;
        if (node === null || kind === undefined) return false;
        write(node.pathDisplay, kind === "malformed" ? "json" : kind);
        return true;
      }
      case "rename":
        return move(stem(step.place), stem(step.to));
      case "moveOut":
        return move(stem(step.place), outside(step.place));
      case "moveIn":
        return move(outside(step.place), stem(step.place));
      case "delete": {
        const node = at(stem(step.place));
        if (node === null) return false;
        files.deletePath(node.pathDisplay);
        deleted.set(step.place, node);
        return true;
      }
      case "restore": {
        const node = deleted.get(step.place);
        if (node === undefined || files.at(node.pathDisplay) !== undefined || at(stem(step.place)) !== null)
          return false;
        files.restoreFile(node);
        deleted.delete(step.place);
        return true;
      }
      case "deleteFolder":
        if (files.at("/inbox/sub") === undefined) return false;
        files.deletePath("/inbox/sub");
        return true;
      case "renameFolder":
        if (files.at("/inbox/sub") === undefined || files.at("/inbox/other") !== undefined) return false;
        files.renameFile("/inbox/sub", "/inbox/other");
        return true;
      case "addMany": {
        batch += 1;
        for (let n = 0; n < step.count; n += 1) write(`/inbox/batch${batch}/${n}${end.json}`, "json");
        return true;
      }
    }
  }

  function present(): FileNode[] {
    return files.recent(Number.POSITIVE_INFINITY).filter((node) => node.pathLower.startsWith("/inbox/"));
  }

  function noteMoves(): void {
    const there = new Set(present().map(({ id }) => id));
    for (const [id, { moves }] of owed) if (there.has(id) !== (moves.length % 2 === 1)) moves.push(time.now());
  }

  function move(from: string, to: string): boolean {
    const node = at(from);
    if (node === null || from === to || at(to) !== null) return false;
    files.renameFile(node.pathDisplay, to + node.name.slice(node.name.lastIndexOf(".")));
    return true;
  }
}

const END = {
  json: ".json",
  malformed: ".json",
  photo: ".jpg",
  oversized: ".jpg",
  hidden: ".tmp",
} as const satisfies Record<Kind, string>;

const PAGE_END = {
  json: ".bmp",
  malformed: ".jpg",
  photo: ".mp4",
  oversized: ".bmp",
  hidden: ".tmp",
} as const satisfies Record<Kind, string>;
const ENDINGS = [".json", ".jpg", ".tmp", ".bmp", ".mp4"];

/** A header that is enough for a BMP or an MP4, and the version behind it. */
function pageContentOf(kind: Kind, version: number): string | Uint8Array {
  const text = `version ${version}`;
  if (kind === "malformed" || kind === "hidden") return `no picture, ${text}`;
  if (kind === "oversized") return `${text} `.padEnd(SIZE_MAX_BYTES + 1, "x");
  const header = Buffer.alloc(kind === "photo" ? 24 : 54);
  if (kind === "photo") header.write("\0\0\0\x18ftypisom", "latin1");
  else {
    header.write("BM");
    header.writeUInt32LE(54 + text.length, 2);
    header[14] = 40;
  }
  // Facebook takes no video of less than a kilobyte.
  return Buffer.concat([header, Buffer.from(kind === "photo" ? text.padEnd(2000) : text)]);
}

/** The version that is written in a picture or video; -1: none. */
export const versionIn = (bytes: Uint8Array): number =>
  Number(/version (\d+)/.exec(Buffer.from(bytes).toString("latin1"))?.[1] ?? -1);

function contentOf(kind: Kind, version: number): string {
  switch (kind) {
    case "json":
      return JSON.stringify({ amount: version });
    case "malformed":
      return `{"amount": ${version}`;
    case "oversized":
      return `${version}`.padEnd(SIZE_MAX_BYTES + 1, "x");
    case "photo":
    case "hidden":
      return `${version}`;
  }
}
