import type { Instance } from "../core/instance.ts";
import { type Scanned, scanInstances } from "../core/scan-instances.ts";
import type { Context } from "./context.ts";

/** Shown at once. */
const SHOWN_MAX = 50;

/** Stored instances behind one ("0": from the first), and how many there are in all. `isMeant`: null means every one. */
export async function searchInstances(
  { instances }: Pick<Context, "instances">,
  after: string,
  isMeant: ((instance: Instance) => boolean) | null,
): Promise<Scanned<{ instance: Instance }> & { total: number }> {
  const [scanned, total] = await Promise.all([
    scanInstances(instances.page, { after, limit: SHOWN_MAX, isMeant }),
    instances.count(),
  ]);
  return { ...scanned, total };
}
