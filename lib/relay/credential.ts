/** A credential that renews itself once for everybody: single flight in this process and, by a lock, across processes. */
import { createHash } from "node:crypto";
import type { Credential, TokenResult } from "../core/credential.ts";
import type { StoredToken, TokenStore } from "../store/token-store.ts";

export type Renewal =
  | { kind: "renewed"; accessToken: string; refreshToken: string | null; expiresInSeconds: number | null }
  | { kind: "refused"; message: string }
  | { kind: "unavailable"; message: string; at?: number };

/** Renew this long before the end, as the official SDKs do; a token that lives for minutes, at half its life. */
const MARGIN_MS = 5 * 60_000;
const lastUseAt = (now: number, lifeSeconds: number): number =>
  now + lifeSeconds * 1000 - Math.min(MARGIN_MS, lifeSeconds * 500);
const WAIT_STEP_MS = 250;
const WAIT_STEPS = 60;

/** The name of a secret that tells nothing of it. */
export const fingerprintOf = (name: string, secret: string): string =>
  createHash("sha256").update(`${name}\n${secret}`).digest("hex").slice(0, 16);

export interface RenewalDeps {
  store: TokenStore;
  refreshToken: string;
  refresh(refreshToken: string): Promise<Renewal>;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  randomId: () => string;
}

/** A token that nothing can renew: refused once is refused until a person changes it. */
export function createFixedCredential(fingerprint: string, token: string, whatToDo: string): Credential {
  return {
    fingerprint,
    current: async () => ({ kind: "token", value: token }),
    renew: async () => ({ kind: "refused", message: whatToDo }),
  };
}

/** There is none that could be used: nothing is sent at all, until a person gives one. */
export const createRefusedCredential = (fingerprint: string, whatToDo: string): Credential => ({
  fingerprint,
  current: async () => ({ kind: "refused", message: whatToDo }),
  renew: async () => ({ kind: "refused", message: whatToDo }),
});

/** `initial` is used until it is refused; null means the first use renews. */
export function createRenewableCredential(fingerprint: string, initial: string | null, deps: RenewalDeps): Credential {
  let cached: StoredToken | null =
    initial === null ? null : { accessToken: initial, refreshToken: "", expiresAt: Number.POSITIVE_INFINITY };
  let loaded = false;
  let flight: Promise<TokenResult> | null = null;
  /** Renewed, but Redis failed before it was stored: with a rotating refresh token it is the only key left. */
  let unsaved: StoredToken | null = null;

  async function renewOnce(failed: string | null): Promise<TokenResult> {
    const owner = deps.randomId();
    for (let waited = 0; waited < WAIT_STEPS; waited += 1) {
      const isLocked = await deps.store.lock(owner);
      try {
        // Read under the lock: its last holder may have stored a token a moment ago.
        const stored = await deps.store.load();
        if (stored !== null && stored.accessToken !== failed && stored.expiresAt > deps.now()) {
          cached = stored;
          unsaved = null;
          return { kind: "token", value: stored.accessToken };
        }
        if (isLocked) return await refreshAndStore(stored);
      } finally {
        if (isLocked) await deps.store.unlock(owner);
      }
      await deps.sleep(WAIT_STEP_MS);
    }
    return { kind: "unavailable", message: "another process has been renewing this token for too long" };
  }

  async function refreshAndStore(stored: StoredToken | null): Promise<TokenResult> {
    if (unsaved === null) {
      const renewal = await deps.refresh(stored?.refreshToken || deps.refreshToken);
      if (renewal.kind !== "renewed") return renewal;
      const { accessToken, refreshToken, expiresInSeconds } = renewal;
      unsaved = {
        accessToken,
        refreshToken: refreshToken ?? stored?.refreshToken ?? "",
        expiresAt: expiresInSeconds === null ? Number.MAX_SAFE_INTEGER : lastUseAt(deps.now(), expiresInSeconds),
      };
    }
    // Stored before it is used: with a rotating refresh token, losing this answer would lose the account.
    await deps.store.save(unsaved);
    cached = unsaved;
    unsaved = null;
    return { kind: "token", value: cached.accessToken };
  }

  const renew = (failed: string | null): Promise<TokenResult> => {
    if (cached !== null && failed !== null && cached.accessToken !== failed) {
      return Promise.resolve({ kind: "token", value: cached.accessToken });
    }
    flight ??= renewOnce(failed).finally(() => {
      flight = null;
    });
    return flight;
  };

  return {
    fingerprint,
    renew,
    async current() {
      if (!loaded) {
        const stored = await deps.store.load();
        if (stored !== null) cached = stored;
        loaded = true;
      }
      if (cached !== null && cached.expiresAt > deps.now()) return { kind: "token", value: cached.accessToken };
      return renew(cached?.accessToken ?? null);
    },
  };
}
