/** What is wrong with the settings of an instance, each fault with the name of its setting. */
import { type Fault, wordsOf } from "../core/fault-words.ts";

export const faultsOf = (error: { issues: readonly (Fault & { path: PropertyKey[] })[] }): string[] =>
  error.issues.map((issue) => `${issue.path.map(String).join(".")}: ${wordsOf(issue)}`);
