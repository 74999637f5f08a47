/** Before the relay itself is started: a wrong environment is told first, then there is a whole build of these sources. */
import { EnvError } from "../env.ts";
import { buildOnce } from "./build-once.ts";
import { checkEnvironment } from "./check-environment.ts";
import { readPlace, reasonOf } from "./place.ts";

const say = (text: string) => process.stderr.write(`${text}\n`);

try {
  await checkEnvironment(readPlace(false));
  buildOnce(say);
} catch (cause) {
  say(cause instanceof EnvError ? cause.message : `The relay could not start: ${reasonOf(cause)}`);
  process.exit(1);
}
