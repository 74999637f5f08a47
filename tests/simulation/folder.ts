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
}

export type Folder = ReturnType<typeof createFolder>;
type PeopleStep = Extract<
  Step,
  { do: "add" | "edit" | "rename" | "moveOut" | "moveIn" | "delete" | "deleteFolder" | "renameFolder" | "addMany" }
>;

export function createFolder({ dropbox, time }: Pick<Universe, "dropbox" | "time">) {
  const { files } = dropbox;
  const owed = new Map<string, Owed>();
  let version = 0;
  let batch = 0;

  const stem = (place: number) => (place < 4 ? `/inbox/file${place}` : `/inbox/sub/file${place}`);
  const outside = (place: number) => `/elsewhere/file${place}`;

  /** The file at a place, whatever its kind. */
  function at(path: string): FileNode | null {
    for (const end of [".json", ".jpg", ".tmp"]) {
      const node = files.at(path + end);
      if (node?.tag === "file") return node;
    }
    return null;
  }

  function write(path: string, kind: Kind): FileNode {
    version += 1;
    const content = contentOf(kind, version);
    const node = files.addFile(path, content);
    const before = owed.get(node.id);
    owed.set(node.id, { kind, version, old: before?.old ?? false });
    return node;
  }

  return {
    owed,
    /** What was there before the relay: known, and never published. */
    addOld(count: number): void {
      for (let n = 0; n < count; n += 1) {
        const node = write(`/inbox/file${n}.json`, "json");
        owed.set(node.id, { kind: "json", version, old: true });
      }
    },
    /** Does the step; false when there was nothing to do it with. */
    act(step: PeopleStep): boolean {
      switch (step.do) {
        case "add": {
          if (at(stem(step.place)) !== null) return false;
          write(stem(step.place) + END[step.kind], step.kind);
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
          if (node !== null) files.deletePath(node.pathDisplay);
          return node !== null;
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
          for (let n = 0; n < step.count; n += 1) write(`/inbox/batch${batch}/${n}.json`, "json");
          return true;
        }
      }
    },
    /** Every file that is in the folder now. */
    present: (): FileNode[] =>
      files.recent(Number.POSITIVE_INFINITY).filter((node) => node.pathLower.startsWith("/inbox/")),
    now: time.now,
  };

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
