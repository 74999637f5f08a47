/**
 * `npm run why -- "/Photos/x.jpg"`: what happened to a file, and what comes next. By path, in any case, or file id;
 * with `--link` of a stored instance, by the number in its address.
 */
import { parseArgs } from "node:util";
import nextEnv from "@next/env";
import { z } from "zod";
import { explainedSchema } from "../core/explained.ts";
import { storySchema } from "../core/story.ts";
import { AskError, operatorClient } from "./operator-client.ts";
import { whyText } from "./why-text.ts";

nextEnv.loadEnvConfig(process.cwd(), false, { info: () => undefined, error: () => undefined });
const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};
try {
  const { values, positionals } = parseArgs({
    options: { url: { type: "string" }, link: { type: "string" }, json: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) fail('Say which, in quotes: npm run why -- "/Photos/x.jpg"');
  const client = operatorClient(process.env, values.url);
  const told = await client.get(
    `why?${new URLSearchParams({ path: path ?? "", ...(values.link === undefined ? {} : { link: values.link }) })}`,
    z.object({ link: z.string(), story: storySchema, next: z.string(), ...explainedSchema.shape }),
  );
  process.stdout.write(`${values.json ? JSON.stringify(told, null, 2) : whyText(told, Date.now())}\n`);
} catch (cause) {
  if (cause instanceof AskError || cause instanceof TypeError) fail(cause.message);
  throw cause;
}
