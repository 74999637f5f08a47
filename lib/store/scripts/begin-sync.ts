import { HEAD } from "./prelude.ts";

/**
 * Takes the listing lease, or leaves the again mark for its holder.
 * KEYS: lease, again, source. ARGV: token, lease ms.
 * Returns {"held", ms left} or {"taken", cursor, phase, since, account}; missing fields are "".
 */
export const BEGIN_SYNC = `${HEAD}
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  -- Our own token: the client asks again because the answer to its first request was lost.
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    redis.call('INCR', KEYS[2])
    return {'held', tostring(redis.call('PTTL', KEYS[1]))}
  end
end
redis.call('DEL', KEYS[2])
local source = redis.call('HMGET', KEYS[3], 'cursor', 'phase', 'since', 'account')
return {'taken', source[1] or '', source[2] or '', source[3] or '', source[4] or ''}
`;
