/** What a person does in the watched folder, and what the records must say in the end. */
import { recordIdOf } from "@/lib/destinations/records/record.ts";
import type { Sandbox } from "../sandbox/server.ts";

/** Most edits meet files that were dropped a moment ago and are on their way. */
const RECENT = 25;

interface Dropped {
  id: string;
  path: string;
  /** In a JSON file's content; null for a photo, whose record shows its name alone. */
  amount: number | null;
}

export type Folder = ReturnType<typeof createFolder>;

export function createFolder({ dropbox, facebook }: Sandbox) {
  const files: Dropped[] = [];
  let serial = 0;
  const next = () => {
    serial += 1;
    return serial;
  };
  const content = (amount: number) => JSON.stringify({ amount });

  function drop(random: () => number): void {
    const n = next();
    const isJson = random() < 0.6;
    const path = `/inbox/${n}.${isJson ? "json" : "jpg"}`;
    const { id } = dropbox.files.addFile(path, isJson ? content(n) : { size: 1024 });
    files.push({ id, path, amount: isJson ? n : null });
  }

  function anyOf(random: () => number): Dropped | undefined {
    const among = random() < 0.8 ? files.slice(-RECENT) : files;
    return among[Math.floor(random() * among.length)];
  }

  function edit(random: () => number): void {
    const file = anyOf(random);
    if (file === undefined) return;
    const n = next();
    if (file.amount !== null) file.amount = n;
    dropbox.files.editFile(file.path, file.amount === null ? { size: 1024 + n } : content(n));
  }

  function rename(random: () => number): void {
    const file = anyOf(random);
    if (file === undefined) return;
    const path = file.path.replace(/\/[^/]+(\.\w+)$/, `/renamed-${next()}$1`);
    dropbox.files.renameFile(file.path, path);
    file.path = path;
  }

  /** What is wrong with a file's record; null when there is one and it has the last name and content. */
  function faultOf({ id, path, amount }: Dropped): string | null {
    const [record, ...more] = facebook.find(recordIdOf(id));
    if (record === undefined) return `${path} has no record`;
    if (more.length > 0) return `${path} has ${1 + more.length} records`;
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (record.name !== name) return `${path} is still called ${record.name} there`;
    if (amount !== null && record.amount !== amount) return `${path} has ${record.amount} instead of ${amount}`;
    return null;
  }

  return {
    count: (): number => files.length,
    act(work: { drop: number; edit: number; rename: number }, random: () => number): void {
      for (let n = 0; n < work.drop; n += 1) drop(random);
      for (let n = 0; n < work.edit; n += 1) edit(random);
      for (let n = 0; n < work.rename; n += 1) rename(random);
    },
    /** In words, for each file that does not have exactly one record with its last name and content. */
    faults: (): string[] =>
      files.flatMap((file) => {
        const fault = faultOf(file);
        return fault === null ? [] : [fault];
      }),
    /** Records beyond one for each file. */
    strangers: (): number => facebook.records().length - files.length,
  };
}
