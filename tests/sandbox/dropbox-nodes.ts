/** What can be at a path, and the rules about paths. */
import { type Content, contentHashOf } from "./dropbox-content.ts";

export interface Place {
  readonly name: string;
  readonly pathDisplay: string;
  readonly pathLower: string;
}
export interface FileNode extends Place {
  readonly tag: "file";
  readonly id: string;
  readonly rev: string;
  readonly content: Content;
  readonly modifiedAt: number;
  readonly downloadable: boolean;
}
export interface FolderNode extends Place {
  readonly tag: "folder";
  readonly id: string;
}
export interface Gone extends Place {
  readonly tag: "deleted";
  readonly wasFolder: boolean;
}
export type Node = FileNode | FolderNode;
export type Change = Node | Gone;

/** Bytes made from a size are never the same twice. */
export function sameBytes(one: Content, other: Content): boolean {
  if (one.bytes === null || one.size !== other.size) return false;
  const hash = contentHashOf(one);
  return hash !== null && hash === contentHashOf(other);
}

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

export function placeOf(path: string): Place {
  return { name: path.slice(path.lastIndexOf("/") + 1), pathDisplay: path, pathLower: path.toLowerCase() };
}

export function checkPath(path: string): void {
  if (!/^(\/[^/]+)+$/.test(path) || path.length > 4096)
    throw new Error("a path starts with a slash, has names between slashes and ends without one");
}
