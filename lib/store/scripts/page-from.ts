import { HEAD } from "./prelude.ts";

/**
 * The members of a sorted set behind a mark, by time and among equals by the bytes of the id, as Redis orders them. The
 * mark may have left the set meanwhile: its place is then found by halves, so that a hundred thousand of one time cost a
 * score of commands more, and not a thousand. Reads only.
 * KEYS: the set. ARGV: score and id of the mark, how many, "1" for those before it (newest first) or "0".
 * Returns id, score, id, score, … in ascending order.
 */
export const PAGE_FROM = `${HEAD}
local key, score, id, limit = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local isBefore = ARGV[4] == '1'
local function compare(one)
  for n = 1, math.min(#one, #id) do
    local difference = string.byte(one, n) - string.byte(id, n)
    if difference ~= 0 then return difference end
  end
  return #one - #id
end
local low = redis.call('ZRANK', key, id)
if low and tonumber(redis.call('ZSCORE', key, id)) == tonumber(score) then
  if not isBefore then low = low + 1 end
else
  low = redis.call('ZCOUNT', key, '-inf', '(' .. score)
  local high = low + redis.call('ZCOUNT', key, score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if compare(redis.call('ZRANGE', key, middle, middle)[1]) < 0 then low = middle + 1 else high = middle end
  end
end
if not isBefore then return redis.call('ZRANGE', key, low, low + limit - 1, 'WITHSCORES') end
if low == 0 then return {} end
return redis.call('ZRANGE', key, math.max(0, low - limit), low - 1, 'WITHSCORES')
`;
