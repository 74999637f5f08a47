import { HEAD, LISTS } from "./prelude.ts";

/**
 * Takes files of a backfill that is being called off out of its outboxes, and knows them again as before: each where none
 * of its deliveries has begun, and nothing else happened to the file; else it is left alone everywhere.
 * KEYS: bulk, files; then of each outbox: deliveries, due:backfill, notes. ARGV: lists: ids, what must be known of them,
 * what is known of them then; and for each outbox the values of their deliveries ('' for one that is not there, and is not
 * looked for). Returns how many were taken out.
 */
export const TAKE_OUT = `${HEAD}${LISTS}
if redis.call('HGET', KEYS[1], 'state') ~= 'cancelling' then return '0' end
local ids, believed, former = list(), list(), list()
local known = redis.call('HMGET', KEYS[2], unpack(ids))
local fits, inEach, outboxes = {}, {}, (#KEYS - 2) / 3
for n = 1, #ids do fits[n] = known[n] == believed[n] end
for box = 0, outboxes - 1 do
  local key, values = 3 + box * 3, list()
  local stored = redis.call('HMGET', KEYS[key], unpack(ids))
  local due = redis.call('ZMSCORE', KEYS[key + 1], unpack(ids))
  local notes = redis.call('HMGET', KEYS[key + 2], unpack(ids))
  inEach[box] = values
  for n = 1, #ids do
    if values[n] ~= '' then fits[n] = fits[n] and stored[n] == values[n] and due[n] and not notes[n] end
  end
end
local out, restored, taken = 0, {}, 0
for n, id in ipairs(ids) do
  if fits[n] then
    out = out + 1
    restored[#restored + 1] = id
    restored[#restored + 1] = former[n]
  end
end
for box = 0, outboxes - 1 do
  local gone = {}
  for n, id in ipairs(ids) do
    if fits[n] and inEach[box][n] ~= '' then gone[#gone + 1] = id end
  end
  if #gone > 0 then
    redis.call('HDEL', KEYS[3 + box * 3], unpack(gone))
    redis.call('ZREM', KEYS[4 + box * 3], unpack(gone))
    taken = taken + #gone
  end
end
if out > 0 then
  redis.call('HSET', KEYS[2], unpack(restored))
  redis.call('HINCRBY', KEYS[1], 'takenOut', taken)
end
return tostring(out)
`;
