import { HEAD } from "./prelude.ts";

/**
 * Takes the listing lease, or leaves the again mark for its holder.
 * KEYS: lease, again, source, and optionally the instances of the account that changed, or the instance itself.
 * ARGV: token, lease ms, and with the instance the version that it must have.
 * Returns {"left"} (it has another one, or is gone), {"held", ms left, "", "", ""} or {"taken", cursor, phase, since, account}, missing fields "", and then the
 * rows of those instances.
 */
export const BEGIN_SYNC = `${HEAD}
if ARGV[3] and redis.call('HGET', KEYS[4], 'version') ~= ARGV[3] then return {'left'} end
local answer = nil
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  -- Our own token: the client asks again because the answer to its first request was lost.
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    redis.call('INCR', KEYS[2])
    answer = {'held', tostring(redis.call('PTTL', KEYS[1])), '', '', ''}
  end
end
if not answer then
  redis.call('DEL', KEYS[2])
  local source = redis.call('HMGET', KEYS[3], 'cursor', 'phase', 'since', 'account')
  answer = {'taken', source[1] or '', source[2] or '', source[3] or '', source[4] or ''}
end
if KEYS[4] and not ARGV[3] then
  for _, row in ipairs(redis.call('HVALS', KEYS[4])) do answer[#answer + 1] = row end
end
return answer
`;
