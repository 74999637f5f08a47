import { HEAD, LISTS } from "./prelude.ts";

/**
 * Deliveries of one outbox go on in another: each only while it is, in both, as it was read.
 * KEYS: of the one: deliveries, next, due:live, due:replay, due:backfill, claimed, dead, unclear; of the other: deliveries,
 * due:live, due:replay, due:backfill, dead, settled, unclear.
 * ARGV lists: ids, values read in the one, values read in its next ('' for none), values read in the other ('' for none),
 * values it gets there ('' for none: the other has newer), places there (index into KEYS), scores. Returns how many.
 * Run twice (the answer to the first was lost), the second finds nothing to do.
 */
export const MOVE_DELIVERIES = `${HEAD}${LISTS}
local ids, read, newer, there, values, places, scores = list(), list(), list(), list(), list(), list(), list()
local from = redis.call('HMGET', KEYS[1], unpack(ids))
local next_ = redis.call('HMGET', KEYS[2], unpack(ids))
local to = redis.call('HMGET', KEYS[9], unpack(ids))
local gone, stored, moved, into = {}, {}, {}, {}
for n, id in ipairs(ids) do
  if from[n] == read[n] and (next_[n] or '') == newer[n] and (to[n] or '') == there[n] then
    gone[#gone + 1] = id
    if values[n] ~= '' then
      stored[#stored + 1] = id
      stored[#stored + 1] = values[n]
      moved[#moved + 1] = id
      local place = tonumber(places[n])
      into[place] = into[place] or {}
      into[place][#into[place] + 1] = scores[n]
      into[place][#into[place] + 1] = id
    end
  end
end
if #moved > 0 then
  redis.call('HSET', KEYS[9], unpack(stored))
  for key = 10, 15 do redis.call('ZREM', KEYS[key], unpack(moved)) end
  for place, scored in pairs(into) do redis.call('ZADD', KEYS[place], unpack(scored)) end
end
if #gone > 0 then
  -- What an attempt noted stays: come back here some day, it looks for what it may have made before it makes it again.
  for key = 1, 2 do redis.call('HDEL', KEYS[key], unpack(gone)) end
  for key = 3, 8 do redis.call('ZREM', KEYS[key], unpack(gone)) end
end
return #gone
`;
