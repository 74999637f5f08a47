/**
 * What a build was made of, noted once it was whole: without the note it never came to its end, and a file that differs
 * from it was damaged since. Next itself finds that out with the first visitor of a page.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const NOTE = ".next/relay-build.json";
/** Named by Next as what its server needs, the manifests above all; and the folders they lead to. */
const NAMED = ".next/required-server-files.json";
const FOLDERS = [".next/server", ".next/static", ".next/relay"];
/** Three quarters of the bytes, and read by nobody who serves. */
const UNREAD = /\.(map|nft\.json)$/;
const PART_BYTES = 64 * 1024;

/** Notes every file of the build in `dir` with the hash of its bytes; throws when one that Next names is not there. */
export function noteBuild(dir: string): void {
  const { files: named }: { files: string[] } = JSON.parse(readFileSync(join(dir, NAMED), "utf8"));
  const files = new Set([NAMED, ...named, ...FOLDERS.flatMap((folder) => filesIn(dir, folder))]);
  const hashes = Object.fromEntries([...files].sort().map((file) => [file, hashOf(join(dir, file))]));
  writeFileSync(join(dir, `${NOTE}.draft`), JSON.stringify(hashes));
  renameSync(join(dir, `${NOTE}.draft`), join(dir, NOTE));
}

/** The files of the build that are missing or not what they were; the note itself when nobody can read it. */
export function damageOf(dir: string): string[] {
  try {
    const hashes: Record<string, string> = JSON.parse(readFileSync(join(dir, NOTE), "utf8"));
    return Object.entries(hashes).flatMap(([file, hash]) => (isAsNoted(join(dir, file), hash) ? [] : [file]));
  } catch {
    return [NOTE];
  }
}

function isAsNoted(path: string, hash: string): boolean {
  try {
    return hashOf(path) === hash;
  } catch {
    return false; // gone, or the disk does not give it back
  }
}

const filesIn = (dir: string, folder: string): string[] =>
  readdirSync(join(dir, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name}`)
    .filter((file) => !UNREAD.test(file) && statSync(join(dir, file)).isFile());

/** In parts: a server must not keep what it took to look at its own files. */
function hashOf(path: string): string {
  const hash = createHash("sha256");
  const part = Buffer.allocUnsafe(PART_BYTES);
  const file = openSync(path, "r");
  try {
    for (;;) {
      const length = readSync(file, part);
      if (length === 0) return hash.digest("base64");
      hash.update(part.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}
