import { HEAD, LISTS } from "./prelude.ts";

/**
 * Keeps events of a callback, each with a line for every attempt, in the order in which they were first tried.
 * KEYS: events (fields e:<event>, a:<event>, m:<message>), order, deliveries: without any, their instance has been removed
 * meanwhile, and nothing is kept. ARGV: now, oldest to keep (ms), most to keep, part of the message id by which it is asked
 * for; lists: event ids, events, lines (each begins with the same part and a space).
 * A place is the time in thousandths of a millisecond, or one more than the last: clocks that differ make no gap that
 * somebody who reads could miss. A line that is the last one already is not added: the answer to the first run was lost.
 */
export const LOG_EVENTS = `${HEAD}${LISTS}
local now, oldest, most, message = tonumber(take()), tonumber(take()), tonumber(take()), take()
local ids, events, lines = list(), list(), list()
if #ids == 0 or redis.call('EXISTS', KEYS[3]) == 0 then return {'left'} end
local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
local place = math.max(now * 1000, (tonumber(last[2] or '0')) + 1)
local names = {}
for _, id in ipairs(ids) do
  names[#names + 1] = 'e:' .. id
  names[#names + 1] = 'a:' .. id
end
local known = redis.call('HMGET', KEYS[1], unpack(names))
local kept, places = {'m:' .. message, table.concat(ids, ' ')}, {}
local function keep(name, value)
  kept[#kept + 1] = name
  kept[#kept + 1] = value
end
for n, id in ipairs(ids) do
  if not known[2 * n - 1] then
    keep('e:' .. id, events[n])
    places[#places + 1] = string.format('%.0f', place)
    places[#places + 1] = id
    place = place + 1
  end
  local before = known[2 * n] or ''
  if string.sub(before, -#lines[n]) ~= lines[n] then
    if #before > 1500 then before = string.gsub(before, '^[^\\n]*\\n', '', 1) end
    keep('a:' .. id, before == '' and lines[n] or (before .. '\\n' .. lines[n]))
  end
end
redis.call('HSET', KEYS[1], unpack(kept))
if #places > 0 then redis.call('ZADD', KEYS[2], unpack(places)) end
local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', oldest * 1000), 'LIMIT', 0, 200)
if #gone == 0 and redis.call('ZCARD', KEYS[2]) > most then gone = redis.call('ZRANGE', KEYS[2], 0, 99) end
if #gone > 0 then
  local fields = {}
  local asked = {}
  for _, id in ipairs(gone) do asked[#asked + 1] = 'a:' .. id end
  local attempts = redis.call('HMGET', KEYS[1], unpack(asked))
  for n, id in ipairs(gone) do
    for line in string.gmatch(attempts[n] or '', '[^\\n]+') do
      fields[#fields + 1] = 'm:' .. (string.match(line, '^(%x+) ') or '')
    end
    fields[#fields + 1] = 'e:' .. id
    fields[#fields + 1] = 'a:' .. id
  end
  redis.call('HDEL', KEYS[1], unpack(fields))
  redis.call('ZREM', KEYS[2], unpack(gone))
end
return {'kept'}
`;
