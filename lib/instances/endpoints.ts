/** What happens to what is known against the endpoints of an instance's callbacks when it is changed. */
import { isDeepStrictEqual } from "node:util";
import { type Instance, outboxOf } from "../core/instance.ts";
import type { InstanceStore, StoredInstance } from "../store/instance-store.ts";
import type { SecretKeeper, SecretsBySide } from "./secret-keeper.ts";

export interface EndpointKeeperDeps {
  store: Pick<InstanceStore, "hurry" | "knowsOf" | "forgetEndpoints">;
  /** The names of its endpoints: under these stands what is known against them. */
  endpointsOf: (instance: Instance) => string[];
  now: () => number;
}

export function createEndpointKeeper({ store, endpointsOf, now }: EndpointKeeperDeps, keeper: SecretKeeper) {
  return {
    /** Whether a callback gets another address, other settings, or other secrets than those it has: it is another endpoint then. */
    async changes(before: StoredInstance, next: Instance, given: SecretsBySide): Promise<boolean> {
      for (const one of next.destinations) {
        if (one.kind !== "callback") continue;
        const former = before.instance.destinations.find(({ id }) => id === one.id);
        if (former?.kind !== "callback" || former.url !== one.url) return true;
        if (!isDeepStrictEqual(former.settings, one.settings)) return true;
        const secrets = given[one.id];
        if (secrets !== undefined && !isDeepStrictEqual(secrets, await keeper.secretsOf(before, one.id))) return true;
      }
      return false;
    },

    /**
     * First what waits is made due, then (by whoever stores this) the endpoint gets another name, of which nothing is
     * known: dying between the two leaves due deliveries behind the former hold.
     */
    async woken(instance: Instance): Promise<Instance> {
      for (const one of instance.destinations)
        if (one.kind === "callback") await store.hurry(outboxOf(instance.id, one), now());
      return { ...instance, calledSince: Math.max(now(), instance.calledSince + 1) };
    },

    isKnown: (instance: Instance): Promise<boolean> => store.knowsOf(endpointsOf(instance)),

    async forget(before: Instance, after: Instance): Promise<void> {
      const kept = endpointsOf(after);
      await store.forgetEndpoints(endpointsOf(before).filter((name) => !kept.includes(name)));
    },
  };
}
