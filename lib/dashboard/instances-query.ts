/** What the address of the list of instances asks for; anybody may have written it, so what does not fit counts as not given. Pure. */
import { z } from "zod";
import type { Instance } from "../core/instance.ts";
import { counted } from "../core/times.ts";
import { destinationWords, standingOf } from "./instances-view.ts";

const querySchema = z.object({
  q: z.string().trim().max(200).catch("").default(""),
  state: z.enum(["", "attention", "active", "stopped"]).catch("").default(""),
  /** The instance behind which the list goes on. */
  after: z
    .string()
    .regex(/^\d{1,15}$/)
    .catch("0")
    .default("0"),
});
export type InstancesQuery = z.infer<typeof querySchema>;

export const instancesQuery = (given: Record<string, string | string[] | undefined>): InstancesQuery =>
  querySchema.parse(given);

export const STATE_WORDS = {
  attention: "Needs attention",
  active: "Active",
  stopped: "Paused or disabled",
} as const satisfies Record<Exclude<InstancesQuery["state"], "">, string>;

/** Whether an instance is one of those asked for: by its state, and by a part of what its row shows, or its number. */
export function isAskedFor(instance: Instance, { q, state }: InstancesQuery): boolean {
  if (state !== "" && stateOf(instance) !== state) return false;
  if (q === "" || q === instance.id) return true;
  const { name, account, accountLabel, folder, destinations } = instance;
  const words = q.toLowerCase();
  const shown = [name, account, accountLabel, folder, ...destinations.map(destinationWords)];
  return shown.some((text) => text.toLowerCase().includes(words));
}

function stateOf(instance: Instance): InstancesQuery["state"] {
  if (instance.isSetUp && (instance.status === "paused" || instance.status === "disabled")) return "stopped";
  return standingOf(instance).tone === "ok" ? "active" : "attention";
}

/** The list, asked for so. */
export function instancesHref({ q, state, after }: InstancesQuery): string {
  const given = Object.entries({ q, state, after: after === "0" ? "" : after }).filter(([, value]) => value !== "");
  return given.length === 0 ? "/instances" : `/instances?${new URLSearchParams(given)}`;
}

export const totalWords = (total: number): string => counted(total, "instance");
