/** What the use cases of people need, as types. `context.ts` builds them. */
import type { CredentialFacts } from "../core/credential-ending.ts";
import type { EndpointState } from "../core/endpoint-state.ts";
import type { ActStore } from "../store/act-store.ts";
import type { EndingStore } from "../store/ending-store.ts";
import type { InspectionStore } from "../store/inspection-store.ts";
import type { PostBudget } from "../store/post-budget.ts";

/** Of one link. */
export interface Desk {
  /** The name of its outbox. */
  outbox: string;
  inspection: InspectionStore;
  acts: ActStore;
  /** Null where a credential's end cannot be asked for. */
  credential: { ending: EndingStore; ask(): Promise<CredentialAsked> } | null;
  /** Null where nothing is given up on. */
  endpoint: EndpointDesk | null;
  /** Requests at a time. */
  width: number;
  /** How often it may be posted to; null where there is no such limit. */
  posts: Pick<PostBudget, "limits" | "taken"> | null;
}

/** Of a callback. */
export interface EndpointDesk {
  load(): Promise<EndpointState>;
  /** Its owner says that it is well: nothing is held against it, and all that waits for it is due. */
  callAgain(): Promise<void>;
}

export type CredentialAsked = { kind: "asked"; facts: CredentialFacts } | { kind: "unavailable"; message: string };
