/** An instance by an id that came in an address, and its secrets opened: to be laid over and stored again, never shown. */
import { INSTANCE_ID, SOURCE } from "../core/instance.ts";
import type { SecretsBySide } from "../elements/to-instance.ts";
import type { StoredInstance } from "../store/instance-store.ts";
import type { FormDeps } from "./deps.ts";

export const findInstance = async ({ instances }: FormDeps, id: string): Promise<StoredInstance | null> =>
  INSTANCE_ID.test(id) ? instances.get(id) : null;

export async function openAll({ instances }: FormDeps, stored: StoredInstance): Promise<SecretsBySide> {
  const sides = [SOURCE, ...stored.instance.destinations.map(({ id }) => id)];
  const opened = await Promise.all(sides.map(async (side) => [side, await instances.secretsOf(stored, side)] as const));
  return Object.fromEntries(opened.flatMap(([side, secrets]) => (secrets === null ? [] : [[side, secrets]])));
}
