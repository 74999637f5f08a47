/** What a person does to a whole instance. */
import type { FormDeps } from "./deps.ts";
import { findInstance } from "./find.ts";

/** A word for what came of it, which the page puts into a sentence; null: there is no such instance, or no such act. */
export async function act(deps: FormDeps, id: string, fields: URLSearchParams): Promise<string | null> {
  const stored = await findInstance(deps, id);
  if (stored === null) return null;
  switch (fields.get("action")) {
    case "pause":
      return stored.instance.isSetUp ? status(deps, id, "paused", "paused") : "notSetUp";
    case "resume":
      return stored.instance.isSetUp ? status(deps, id, "active", "resumed") : "notSetUp";
    case "wake":
      return (await deps.instances.wake(id)).kind === "stored" ? "woken" : "changed";
    case "test":
      return testedAs(await deps.test(stored, fields.get("destination") ?? ""));
    case "remove":
      // Its token goes first: while the rest is done it opens nothing any more.
      await deps.revokeToken(id);
      return (await deps.instances.remove(id)) ? "removed" : "changed";
    default:
      return null;
  }
}

async function status(deps: FormDeps, id: string, to: "active" | "paused", did: string): Promise<string> {
  return (await deps.instances.setStatus(id, to)).kind === "stored" ? did : "changed";
}

function testedAs(tested: Awaited<ReturnType<FormDeps["test"]>>): string {
  return tested.kind === "answered" ? `answered-${tested.status}` : tested.kind;
}
