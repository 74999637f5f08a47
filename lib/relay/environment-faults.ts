import { EnvError } from "../env.ts";
import { getContext } from "./context.ts";

/** What keeps this process from doing anything, by the names of its variables and without any value; null: nothing does. */
export function environmentFaults(): readonly string[] | null {
  try {
    getContext();
    return null;
  } catch (cause) {
    if (cause instanceof EnvError) return cause.faults;
    throw cause;
  }
}
