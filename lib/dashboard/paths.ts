/** Paths in parts. Pure. */

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1) || path;

/** "/" for what lies at the top. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
