import { HEAD } from "./prelude.ts";

/**
 * Takes the listing lease, or leaves the again mark for its holder.
 * KEYS: lease, again, source, and optionally the instances of the account that changed. ARGV: token, lease ms.
 * Returns {"held", ms left, "", "", ""} or {"taken", cursor, phase, since, account}, missing fields "", and then the
 * rows of those instances.
 */
export const BEGIN_SYNC = `${HEAD}
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
if KEYS[4] then
  for _, row in ipairs(redis.call('HVALS', KEYS[4])) do answer[#answer + 1] = row end
end
return answer
`;
