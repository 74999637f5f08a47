/** Each rule of an instance with what a file has to say to it, in words. Pure; what decides is `selection.ts`. */
import { z } from "zod";
import { extensionOf, isHidden, isTemporary, matches, type Rules, relativeTo } from "./selection.ts";
import { sizesApart, sizeWords } from "./sizes.ts";

export const ruleLineSchema = z.object({
  /** "Only these kinds: png, jpg" */
  rule: z.string(),
  /** "it is png" */
  file: z.string(),
  /** Null: it was not looked at, or cannot be told any more. */
  fits: z.boolean().nullable(),
});
export type RuleLine = z.infer<typeof ruleLineSchema>;

export interface RuledFile {
  path: string;
  /** Null: nobody remembers it. */
  size: number | null;
  /** How it stands to the first listing. */
  age: "old" | "new" | "asked";
  /** It is a shortcut or an online document. */
  isEmpty: boolean;
}

export interface RulesOf {
  folder: string;
  backfill: "none" | "all";
  rules: Rules;
}

const AGES = { old: "it was there before", new: "it came later", asked: "a person had it published" } as const;
const listed = (values: readonly string[]): string => values.join(", ");

export function ruleLines({ path, size, age, isEmpty }: RuledFile, { folder, backfill, rules }: RulesOf): RuleLine[] {
  const lines: RuleLine[] = [];
  const add = (rule: string, file: string, fits: boolean | null) => lines.push({ rule, file, fits });
  const name = path.slice(path.lastIndexOf("/") + 1);
  const relative = relativeTo(folder, path);

  if (backfill === "none") add("Only files that came after the relay", AGES[age], age !== "old");
  if (isEmpty) add("Only files with content of their own", "it is a shortcut or an online document", false);
  add(
    folder === "" ? "In any folder" : `Only in the folder ${folder}`,
    `it is in ${path.slice(0, path.lastIndexOf("/")) || "/"}`,
    relative !== null,
  );
  add("No temporary files", `it is named ${name}`, !isTemporary(name));
  if (relative !== null)
    add(
      "No hidden files or folders",
      isHidden(relative) ? `it is ${relative}` : "it is not hidden",
      !isHidden(relative),
    );
  const { extensions, include, exclude, sizeMaxBytes } = rules;
  const kind = extensionOf(name);
  add(
    extensions.length === 0 ? "Any kind of file" : `Only these kinds: ${listed(extensions)}`,
    kind === "" ? "its name says none" : `it is ${kind}`,
    extensions.length === 0 || extensions.includes(kind),
  );
  // Patterns are of the path within the folder.
  const within = relative === null ? "it is outside the folder" : `it is ${relative}`;
  if (include.length > 0)
    add(`Only paths like ${listed(include)}`, within, relative === null ? null : matches(include, relative));
  if (exclude.length > 0)
    add(`No paths like ${listed(exclude)}`, within, relative === null ? null : !matches(exclude, relative));
  const [has, most] = size === null ? [null, sizeWords(sizeMaxBytes)] : sizesApart(size, sizeMaxBytes);
  add(
    `Not larger than ${most}`,
    has === null ? "its size was not kept" : `it has ${has}`,
    size === null ? null : size <= sizeMaxBytes,
  );
  return lines;
}
