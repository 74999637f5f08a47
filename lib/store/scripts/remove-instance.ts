import { HEAD } from "./prelude.ts";

/**
 * Removes an instance, with all that was known and waited for it, if nobody has changed it since it was read.
 * KEYS: instance, all instances, instances of its account, whatever else is its own. ARGV: id, version it was read at.
 * Returns {"removed"} (also when it is gone already) or {"stale"}.
 */
export const REMOVE_INSTANCE = `${HEAD}
local version = redis.call('HGET', KEYS[1], 'version')
if version and version ~= ARGV[2] then return {'stale'} end
redis.call('DEL', KEYS[1])
for n = 4, #KEYS do redis.call('UNLINK', KEYS[n]) end
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return {'removed'}
`;
