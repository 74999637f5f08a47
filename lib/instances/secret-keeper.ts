/** What happens to the secrets of an instance when it is made, changed or removed. */
import { type Instance, SOURCE } from "../core/instance.ts";
import { secretsFor } from "../core/secrets-of-address.ts";
import type { InstanceStore, StoredInstance } from "../store/instance-store.ts";
import type { Sealed, Secrets, Vault } from "../store/vault.ts";

/** Secrets by side: `source`, or a destination's id. */
export type SecretsBySide = Record<string, Secrets>;

export interface SecretKeeperDeps {
  store: Pick<InstanceStore, "forgetTokens">;
  /** Null without ENCRYPTION_KEY: then nothing can be sealed, and so nothing stored. */
  vault: Vault | null;
  /** Under which name a side's credential keeps tokens of its own; null: under none. */
  nameOf: (instance: Instance, side: string, secrets: Secrets) => string | null;
}

export type SecretKeeper = ReturnType<typeof createSecretKeeper>;

export function createSecretKeeper({ store, vault, nameOf }: SecretKeeperDeps) {
  /** Seals what is new, and anew what is kept: its place may have changed with the settings. */
  async function sealAll(
    at: Vault,
    before: StoredInstance | null,
    next: Instance,
    given: SecretsBySide,
  ): Promise<Sealed> {
    const sealed: Sealed = {};
    for (const side of [SOURCE, ...next.destinations.map(({ id }) => id)]) {
      const opened = before === null ? null : await at.open(before.instance, before.sealed, side);
      const kept = before === null || opened === null ? null : secretsFor(before.instance, next, side, opened);
      const secrets = given[side] ?? kept;
      // What does not open, as under another ENCRYPTION_KEY, stays as it is: the key may be put back.
      const closed = before?.sealed[side];
      if (secrets !== null && secrets !== undefined) sealed[side] = await at.seal(next, side, secrets);
      else if (closed !== undefined && opened === null) sealed[side] = closed;
    }
    return sealed;
  }

  /** Tokens that came of secrets which are no longer an instance's, so that none outlives them. */
  async function forgetTokens(before: StoredInstance, after: StoredInstance | null): Promise<void> {
    const names = async (of: StoredInstance | null): Promise<string[]> => {
      if (of === null || vault === null) return [];
      const { instance, sealed } = of;
      const all = Object.keys(sealed).map(async (side) => {
        const secrets = await vault.open(instance, sealed, side);
        return secrets === null ? null : nameOf(instance, side, secrets);
      });
      return (await Promise.all(all)).filter((name) => name !== null);
    };
    const [kept, former] = [await names(after), await names(before)];
    await store.forgetTokens(former.filter((name) => !kept.includes(name)));
  }

  return {
    sealAll,
    forgetTokens,
    secretsOf: async (stored: StoredInstance, side: string): Promise<Secrets | null> =>
      vault === null ? null : vault.open(stored.instance, stored.sealed, side),
  };
}
