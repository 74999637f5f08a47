/** What a story leaves open: between what it lies, each rule with the file's value, and what is sent. Pure. */
import { z } from "zod";
import { dropboxHref } from "./dropbox-web.ts";
import { NO_CONTENT } from "./plan.ts";
import { type RuleLine, type RulesOf, ruleLineSchema, ruleLines } from "./rule-lines.ts";
import { sentSchema } from "./sent.ts";
import type { Story } from "./story.ts";

export const explainedSchema = z.object({
  instance: z.string(),
  destination: z.string(),
  /** As they are now; none for a file that is gone. */
  rules: z.array(ruleLineSchema),
  /** Where the rules of now are not those that decided. */
  rulesNote: z.string().nullable(),
  /** Null: nothing, or nobody knows any more. */
  sent: sentSchema.nullable(),
  /** The file at Dropbox, for whoever is logged in there; null: it is gone. */
  source: z.string().nullable(),
});
export type Explained = z.infer<typeof explainedSchema>;

export const sourceOf = (story: Story): string | null =>
  !("file" in story) || isGone(story) ? null : dropboxHref(story.file.path);

export const isGone = (story: Story): boolean => "gone" in story && story.gone !== null;

export function rulesOf(story: Story, link: RulesOf): Pick<Explained, "rules" | "rulesNote"> {
  if (!("file" in story) || isGone(story)) return { rules: [], rulesNote: null };
  const isAsked = "seenBy" in story && story.seenBy === "backfill";
  const rules = ruleLines(
    {
      path: story.file.path,
      size: story.file.size ?? null,
      age: story.state === "old" ? "old" : isAsked ? "asked" : "new",
      isEmpty: story.state === "notSelected" && story.reason === NO_CONTENT,
    },
    link,
  );
  return { rules, rulesNote: noteOf(story, rules) };
}

function noteOf(story: Story, rules: readonly RuleLine[]): string | null {
  const isLeftOutNow = rules.some(({ fits }) => fits === false);
  if (story.state === "notSelected")
    return isLeftOutNow || rules.some(({ fits }) => fits === null)
      ? null
      : `These rules take it, and those of then left it out: ${story.reason}. A backfill publishes it.`;
  if (story.state === "old") return null;
  return isLeftOutNow ? "The rules have changed since it was seen: those of now would leave it out." : null;
}
