import type { SourceReader } from "../../core/destination.ts";
import type { GraphClient } from "./graph-client.ts";
import type { PageSettings } from "./settings.ts";

/** How often the Page is posted to, over all processes. */
export interface PostBudget {
  /** Takes a place for this post, once however often it is asked; or says when (ms) there will be one. */
  reserve(post: string, now: number): Promise<{ kind: "taken" } | { kind: "later"; at: number }>;
}

/** What every way of publishing needs. */
export interface PageDeps {
  client: GraphClient;
  source: SourceReader;
  budget: PostBudget;
  settings: PageSettings;
  now: () => number;
}
