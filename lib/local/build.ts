/** `npm run build`: what `npm start` makes where it is missing. */
import { build } from "./build-once.ts";

try {
  build(process.cwd());
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : "unknown"}\n`);
  process.exit(1);
}
