/** Replays what a filter means, step by step to the end; without `--yes` it only says what that would be. */
import { z } from "zod";
import { AskError, type OperatorClient } from "./operator-client.ts";
import { oneLine } from "./story-text.ts";

const stepSchema = z.object({
  looked: z.number(),
  meant: z.number(),
  replayed: z.number(),
  examples: z.array(z.object({ id: z.string(), path: z.string(), reason: z.string().nullable() })),
  after: z.string().nullable(),
});

export interface ReplayOptions {
  path?: string | undefined;
  reason?: string | undefined;
  outcome?: string | undefined;
  all: boolean;
  yes: boolean;
}

export async function replayAll(
  client: OperatorClient,
  { path, reason, outcome, all, yes }: ReplayOptions,
  say: (text: string) => void,
): Promise<void> {
  const filter = Object.fromEntries(
    Object.entries({ path, reason, outcome }).filter(([, value]) => value !== undefined),
  );
  if (Object.keys(filter).length === 0 && !all) {
    throw new AskError("Say which: an id, --path, --reason, --outcome, or --all");
  }
  const sum = { looked: 0, meant: 0, replayed: 0 };
  const examples: z.infer<typeof stepSchema>["examples"] = [];
  for (let after: string | null = ""; after !== null; ) {
    const more: object = after === "" ? {} : { after };
    const step: z.infer<typeof stepSchema> = await client.post(
      "deliveries",
      { action: "replay", filter, preview: !yes, ...more },
      stepSchema,
    );
    sum.looked += step.looked;
    sum.meant += step.meant;
    sum.replayed += step.replayed;
    examples.push(...step.examples.slice(0, 5 - examples.length));
    after = step.after;
  }
  for (const { path: name, reason: why } of examples) say(oneLine(why === null ? name : `${name}: ${why}`));
  say(
    yes
      ? `${sum.replayed} of ${sum.looked} dead ones are due again.`
      : `${sum.meant} of ${sum.looked} dead ones would be sent again. Nothing was changed; add --yes to do it.`,
  );
}
