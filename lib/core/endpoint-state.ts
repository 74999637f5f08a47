/**
 * How an endpoint that we send events to is doing: what follows from each answer, as plain data. Pure. An endpoint that
 * has failed for days is paused, one that says it is gone is disabled; either waits for its owner.
 */
import { z } from "zod";

/** Nothing but failures for so long (ms): paused. */
export const PAUSED_AFTER_MS = 5 * 86_400_000;
/** Longer than any wait between two attempts: failures further apart belong to different troubles. */
const SAME_TROUBLE_MS = 86_400_000;

export const endpointStateSchema = z.object({
  /** Of the failures since the last success, the first and the last. */
  firstFailureAt: z.number().nullable(),
  lastFailureAt: z.number().nullable(),
  /** Known where a success ended a trouble. */
  lastSuccessAt: z.number().nullable(),
  pausedAt: z.number().nullable(),
  disabledAt: z.number().nullable(),
});
export type EndpointState = z.infer<typeof endpointStateSchema>;

export type EndpointStatus = "active" | "failing" | "paused" | "disabled";
export type EndpointAnswer = "accepted" | "failed" | "gone";

/** Where the state of one endpoint is kept. */
export interface EndpointStore {
  load(): Promise<EndpointState>;
  /**
   * Stores what follows, by `next`, from the state as it is: `seen`, or what another has stored since. Answers both. Asks
   * nobody where nothing follows.
   */
  update(
    seen: EndpointState,
    next: (state: EndpointState) => EndpointState,
  ): Promise<{ before: EndpointState; after: EndpointState }>;
}

export const UNTROUBLED: EndpointState = {
  firstFailureAt: null,
  lastFailureAt: null,
  lastSuccessAt: null,
  pausedAt: null,
  disabledAt: null,
};

export function statusOf(state: EndpointState): EndpointStatus {
  if (state.disabledAt !== null) return "disabled";
  if (state.pausedAt !== null) return "paused";
  return state.firstFailureAt === null ? "active" : "failing";
}

/** Since when (ms) it is no longer called, and why; null while it is. */
export function givenUpOn(state: EndpointState): { status: "paused" | "disabled"; since: number } | null {
  if (state.disabledAt !== null) return { status: "disabled", since: state.disabledAt };
  return state.pausedAt === null ? null : { status: "paused", since: state.pausedAt };
}

/** The state after an answer; the very same object where the answer changes nothing. */
export function stateAfter(state: EndpointState, answer: EndpointAnswer, now: number): EndpointState {
  switch (answer) {
    case "accepted":
      // Nothing is sent to a paused or disabled one: this was on its way before, and its owner has been told.
      return statusOf(state) === "failing" ? { ...UNTROUBLED, lastSuccessAt: now } : state;
    case "gone":
      return { ...state, lastFailureAt: now, disabledAt: state.disabledAt ?? now };
    case "failed": {
      const isSame = state.lastFailureAt !== null && now - state.lastFailureAt <= SAME_TROUBLE_MS;
      const firstFailureAt = isSame ? (state.firstFailureAt ?? now) : now;
      const isOver = now - firstFailureAt >= PAUSED_AFTER_MS;
      return { ...state, firstFailureAt, lastFailureAt: now, pausedAt: state.pausedAt ?? (isOver ? now : null) };
    }
  }
}
