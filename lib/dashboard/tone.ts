/** How good a state is, as pages colour and mark it: `wait` passes by itself, `warn` may not, `bad` needs a person. */
export type Tone = "ok" | "wait" | "warn" | "bad" | "idle";
