import { HEAD } from "./prelude.ts";

/**
 * Stores an instance if nobody else has since it was read, under its id and under its account.
 * KEYS: instance, all instances, instances of its account, instances of its former account (or the same again), source, lease.
 * ARGV: id, version it was read at ("0" for a new one), version to store, stamp of this writer, row, most of an account,
 * "1" when its folder is another: the cursor of the former one goes with it.
 * Returns {"stored"}, {"stale"} (changed or removed meanwhile), or {"full"}.
 */
export const PUT_INSTANCE = `${HEAD}
local current = redis.call('HMGET', KEYS[1], 'version', 'stamp')
-- Our own stamp: the client asks again because the answer to its first request was lost.
if current[1] == ARGV[3] and current[2] == ARGV[4] then return {'stored'} end
if (current[1] or '0') ~= ARGV[2] then return {'stale'} end
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 and redis.call('HLEN', KEYS[3]) >= tonumber(ARGV[6]) then
  return {'full'}
end
if KEYS[4] ~= KEYS[3] then redis.call('HDEL', KEYS[4], ARGV[1]) end
redis.call('HSET', KEYS[1], 'version', ARGV[3], 'stamp', ARGV[4], 'row', ARGV[5])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[1], ARGV[1])
-- Whoever lists by the former row must commit nothing any more.
redis.call('DEL', KEYS[6])
if ARGV[7] == '1' then redis.call('DEL', KEYS[5]) end
return {'stored'}
`;
