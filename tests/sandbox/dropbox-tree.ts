/** The Dropbox account: what is where, and the journal of every change. Nothing here is cut short: cursors point into it. */
import { randomBytes } from "node:crypto";
import { type ContentInput, contentOf } from "./dropbox-content.ts";
import { type Change, checkPath, type FileNode, type Node, parentOf, placeOf, sameBytes } from "./dropbox-nodes.ts";

export interface TreeOptions {
  now: () => number;
  /** Called after each call that changed something. */
  onChange: () => void;
  /** Whether a move keeps `rev` is not documented; the default keeps it. */
  newRevOnMove?: boolean;
  newId?: () => string;
}

export type Tree = ReturnType<typeof createTree>;

export function createTree(options: TreeOptions) {
  const nodes = new Map<string, Node>();
  const children = new Map<string, Set<string>>();
  const pathsById = new Map<string, string>();
  const revisions = new Map<string, FileNode>();
  const journal: Change[] = [];
  const latest = new Map<string, number>();
  let serial = 0;

  const newId = options.newId ?? (() => `id:${randomBytes(16).toString("base64url")}`);
  const newRev = () => {
    serial += 1;
    return `0${(0x162a1b2c00000 + serial).toString(16)}f5`;
  };

  function append(change: Change): void {
    latest.set(change.pathLower, journal.length);
    journal.push(change);
  }

  function put(node: Node): void {
    const parent = parentOf(node.pathLower);
    nodes.set(node.pathLower, node);
    pathsById.set(node.id, node.pathLower);
    if (node.tag === "file") revisions.set(node.rev, node);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, new Set([node.pathLower]));
    else siblings.add(node.pathLower);
    append(node);
  }

  function ensureFolder(path: string): void {
    if (path === "") return;
    const present = nodes.get(path.toLowerCase());
    if (present?.tag === "folder") return;
    if (present !== undefined) throw new Error(`${path} is a file`);
    ensureFolder(parentOf(path));
    put({ tag: "folder", id: newId(), ...placeOf(path) });
  }

  /** The node and all below it, parents first. */
  function below(path: string): Node[] {
    const found: Node[] = [];
    const open = [path];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const node = nodes.get(next);
      if (node !== undefined) found.push(node);
      open.push(...(children.get(next) ?? []));
    }
    return found;
  }

  /** Takes a node and all below it out; the journal gets one deletion, as children are not promised any. */
  function take(node: Node): Node[] {
    const taken = below(node.pathLower);
    for (const one of taken) {
      nodes.delete(one.pathLower);
      pathsById.delete(one.id);
      children.delete(one.pathLower);
      latest.delete(one.pathLower);
    }
    children.get(parentOf(node.pathLower))?.delete(node.pathLower);
    const { name, pathDisplay, pathLower } = node;
    append({ tag: "deleted", name, pathDisplay, pathLower, wasFolder: node.tag === "folder" });
    return taken;
  }

  function mustGet(path: string): Node {
    const node = nodes.get(path.toLowerCase());
    if (node === undefined) throw new Error(`nothing at ${path}`);
    return node;
  }

  function write(path: string, input: ContentInput, downloadable: boolean): FileNode {
    checkPath(path);
    const present = nodes.get(path.toLowerCase());
    if (present?.tag === "folder") throw new Error(`${path} is a folder`);
    const content = contentOf(input);
    if (present !== undefined && sameBytes(content, present.content)) return present;
    ensureFolder(parentOf(path));
    const place = present === undefined ? placeOf(path) : placeOf(present.pathDisplay);
    const id = present?.id ?? newId();
    const node: FileNode = {
      tag: "file",
      id,
      rev: newRev(),
      ...place,
      content,
      modifiedAt: options.now(),
      downloadable,
    };
    put(node);
    return node;
  }

  /** Adds a file with its folders, or overwrites the one that is there. Identical bytes change nothing. */
  function addFile(
    path: string,
    input: ContentInput = { size: 1024 },
    more: { downloadable?: boolean } = {},
  ): FileNode {
    const before = journal.length;
    const node = write(path, input, more.downloadable ?? true);
    if (journal.length > before) options.onChange();
    return node;
  }

  return {
    journal: journal as readonly Change[],
    /** True when this position of the journal is still the last word on its path. */
    isLatest: (position: number): boolean => latest.get(journal[position]?.pathLower ?? "") === position,
    at: (path: string): Node | undefined => nodes.get(path.toLowerCase()),
    byId: (id: string): Node | undefined => nodes.get(pathsById.get(id) ?? ""),
    byRev: (rev: string): FileNode | undefined => revisions.get(rev),
    count: (): number => nodes.size,

    addFile,
    addFolder(path: string): void {
      checkPath(path);
      ensureFolder(path);
      options.onChange();
    },
    /** Adds `n` files named `<prefix>000001.jpg`, …; returns their ids in order. */
    addFiles(n: number, prefix = "/file-", input: ContentInput = { size: 1024 }): string[] {
      const ids = Array.from(
        { length: n },
        (_, index) => write(`${prefix}${String(index + 1).padStart(6, "0")}.jpg`, input, true).id,
      );
      if (n > 0) options.onChange();
      return ids;
    },
    /** A new revision of a file that is there. */
    editFile(path: string, input: ContentInput = { size: 2048 }): FileNode {
      const node = mustGet(path);
      if (node.tag !== "file") throw new Error(`${path} is a folder`);
      return addFile(path, input, { downloadable: node.downloadable });
    },
    /** Renames or moves a file or folder; ids stay. A change of letter case alone is no change for a listing. */
    rename(from: string, to: string): void {
      checkPath(to);
      const node = mustGet(from);
      const target = to.toLowerCase();
      if (target === node.pathLower) return;
      if (nodes.has(target)) throw new Error(`${to} exists`);
      if (target.startsWith(`${node.pathLower}/`)) throw new Error(`${to} is inside ${from}`);
      const taken = take(node);
      ensureFolder(parentOf(to));
      for (const one of taken) {
        const place = placeOf(to + one.pathDisplay.slice(node.pathDisplay.length));
        if (one.tag === "folder") put({ ...one, ...place });
        else put({ ...one, ...place, rev: options.newRevOnMove === true ? newRev() : one.rev });
      }
      options.onChange();
    },
    /** Deletes a file or a folder with all in it. `forGood` also forgets their revisions. */
    deletePath(path: string, more: { forGood?: boolean } = {}): void {
      const taken = take(mustGet(path));
      if (more.forGood === true) {
        const ids = new Set(taken.map((one) => one.id));
        for (const [rev, node] of revisions) if (ids.has(node.id)) revisions.delete(rev);
      }
      options.onChange();
    },
    /** Brings a deleted file back as it was: same id, same revision, same place. */
    restore(node: FileNode): void {
      if (nodes.has(node.pathLower)) throw new Error(`${node.pathDisplay} exists`);
      ensureFolder(parentOf(node.pathDisplay));
      put(node);
      options.onChange();
    },
    /** The files changed last, newest first. */
    recent(max: number): FileNode[] {
      const found: FileNode[] = [];
      for (let position = journal.length - 1; position >= 0 && found.length < max; position -= 1) {
        const change = journal[position];
        if (change?.tag === "file" && latest.get(change.pathLower) === position) found.push(change);
      }
      return found;
    },
  };
}
