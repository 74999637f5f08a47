import { HEAD } from "./prelude.ts";

/**
 * Makes due what waits for a later attempt, in its order: a part of one place at a time.
 * KEYS: deliveries, due. ARGV: now, how many later ones were looked at and stay, how many to look at.
 * What may not be begun before a time (a gone file, a write that may still land) is due then and not sooner.
 * Returns {how many were looked at, how many of them stay}.
 */
export const HURRY = `${HEAD}
local now = tonumber(ARGV[1])
local later = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', ARGV[2], ARGV[3])
local ids, scores, into, stay = {}, {}, {}, 0
for n = 1, #later, 2 do
  ids[#ids + 1] = later[n]
  scores[#scores + 1] = tonumber(later[n + 1])
end
if #ids == 0 then return {'0', '0'} end
local values = redis.call('HMGET', KEYS[1], unpack(ids))
for n, id in ipairs(ids) do
  local notBefore = tonumber(string.match(values[n] or '', '^[ud] %d+ (%d+)\\n') or '0')
  local at = string.format('%.3f', now - (#ids - n) / 1000)
  if notBefore > now then
    at = string.format('%.0f', math.min(notBefore, scores[n]))
    stay = stay + 1
  end
  into[#into + 1] = at
  into[#into + 1] = id
end
redis.call('ZADD', KEYS[2], unpack(into))
return {tostring(#ids), tostring(stay)}
`;
