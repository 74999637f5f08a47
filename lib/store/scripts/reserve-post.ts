import { HEAD } from "./prelude.ts";

/**
 * Takes one of a Page's posts of the last 24 hours, or says when the next is free. The same post asked for again has its
 * place already, so an attempt that is repeated takes only one.
 * KEYS: posts (zset: post by time). ARGV: now, post, most a day (0: no limit), spacing ms.
 * Returns {"taken"} or {"later", ms when}.
 */
export const RESERVE_POST = `${HEAD}
local now, most, spacing = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 86400000)
if redis.call('ZSCORE', KEYS[1], ARGV[2]) then return {'taken'} end
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
local free = now
if last[2] then free = math.max(free, tonumber(last[2]) + spacing) end
if most > 0 then
  -- The one that has to leave the day before another fits in.
  local oldest = redis.call('ZRANGE', KEYS[1], -most, -most, 'WITHSCORES')
  if oldest[2] then free = math.max(free, tonumber(oldest[2]) + 86400000) end
end
if free > now then return {'later', string.format('%.0f', free)} end
redis.call('ZADD', KEYS[1], now, ARGV[2])
redis.call('PEXPIRE', KEYS[1], 86400001)
return {'taken'}
`;
