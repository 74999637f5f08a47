import { HEAD } from "./prelude.ts";

/**
 * Brings a bulk act from one state to another, once: whoever works on it loses the lease, so that nothing of the former
 * state is committed after this.
 * KEYS: bulk, lease. ARGV: state it must be in, then pairs to set, the new state among them.
 * Returns {"moved"} or {"stays", the state it is in, "" if there is none}.
 */
export const MOVE_BULK = `${HEAD}
local state = redis.call('HGET', KEYS[1], 'state') or ''
if state ~= ARGV[1] then return {'stays', state} end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('DEL', KEYS[2])
return {'moved'}
`;
