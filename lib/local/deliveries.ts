/** `npm run deliveries -- …`: lists deliveries, and does what a person decides of those that do not go on by themselves. */
import { parseArgs } from "node:util";
import nextEnv from "@next/env";
import { z } from "zod";
import { LISTED_STATES, listedSchema } from "../core/listed.ts";
import { linkHealthSchema } from "../relay/read-health.ts";
import { AskError, type OperatorClient, operatorClient } from "./operator-client.ts";
import { replayAll } from "./replay-all.ts";
import { healthText, listText } from "./story-text.ts";

const USAGE = `npm run deliveries -- <what>
  health                               how many wait, are dead or unclear; holds; the token's end
  waiting|claimed|dead|unclear|settled [--limit 20] [--after …]
  replay <id>                          sends a dead one again
  replay --path "Photos/**" --reason "email" --outcome rejected, or --all
                                       says which dead ones that would be; with --yes sends them again
  there <id> [--post <id or address>]  an unclear one is there
  post <id>                            an unclear one is not there: post it
--url <address> asks another relay than the one of PUBLIC_BASE_URL.`;

const doneSchema = z.object({ kind: z.literal("done") });
const say = (text: string) => process.stdout.write(`${text}\n`);
const isState = (text: string): text is (typeof LISTED_STATES)[number] => LISTED_STATES.some((one) => one === text);

type Options = ReturnType<typeof readArguments>["values"];
function readArguments() {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  return parseArgs({
    options: {
      url: text,
      limit: text,
      after: text,
      path: text,
      reason: text,
      outcome: text,
      post: text,
      all: flag,
      yes: flag,
    },
    allowPositionals: true,
  });
}

async function run(client: OperatorClient, what: string, id: string | undefined, options: Options): Promise<void> {
  if (what === "health") {
    const { links } = await client.get("health", z.object({ links: z.array(linkHealthSchema) }));
    return void say(healthText(links, Date.now()));
  }
  if (isState(what)) return list(client, what, options);
  if (what === "replay" && id === undefined) return replayAll(client, options, say);
  if (id === undefined) throw new AskError(USAGE);
  const { post } = options;
  const actions: Record<string, object> = {
    replay: { action: "replay" },
    there: { action: "isThere", ...(post === undefined ? {} : { post }) },
    post: { action: "post" },
  };
  const action = actions[what];
  if (action === undefined) throw new AskError(USAGE);
  await client.post(`deliveries/${encodeURIComponent(id)}`, action, doneSchema);
  say(what === "there" ? "Settled as delivered." : "It is due now.");
}

async function list(client: OperatorClient, state: string, { limit, after }: Options): Promise<void> {
  const query = new URLSearchParams({
    state,
    ...(limit === undefined ? {} : { limit }),
    ...(after === undefined ? {} : { after }),
  });
  const answer = await client.get(
    `deliveries?${query}`,
    z.object({ deliveries: z.array(listedSchema), after: z.string().nullable() }),
  );
  say(answer.deliveries.length === 0 ? `Nothing is ${state}.` : listText(answer.deliveries, Date.now()));
  if (answer.after !== null) say(`More: --after "${answer.after}"`);
}

nextEnv.loadEnvConfig(process.cwd(), false, { info: () => undefined, error: () => undefined });
try {
  const { values, positionals } = readArguments();
  const [what, id, ...more] = positionals;
  if (what === undefined || more.length > 0) throw new AskError(USAGE);
  await run(operatorClient(process.env, values.url), what, id, values);
} catch (cause) {
  // A TypeError is an option that parseArgs does not know.
  if (!(cause instanceof AskError || cause instanceof TypeError)) throw cause;
  process.stderr.write(`${cause.message}\n`);
  process.exitCode = 1;
}
