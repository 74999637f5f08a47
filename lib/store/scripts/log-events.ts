import { HEAD, LISTS } from "./prelude.ts";

/**
 * Keeps events of a callback, each with a line for every attempt, in the order in which they were first tried.
 * KEYS: events (fields e:<event>, a:<event>, m:<message>), order. ARGV: now, oldest to keep (ms), most to keep, part of
 * the message id by which it is asked for; lists: event ids, events, lines (each begins with the same part and a space).
 * A place is the time in thousandths of a millisecond, or one more than the last: clocks that differ make no gap that
 * somebody who reads could miss. A line that is the last one already is not added: the answer to the first run was lost.
 */
export const LOG_EVENTS = `${HEAD}${LISTS}
local now, oldest, most, message = tonumber(take()), tonumber(take()), tonumber(take()), take()
local ids, events, lines = list(), list(), list()
local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
local place = math.max(now * 1000, (tonumber(last[2] or '0')) + 1)
for n, id in ipairs(ids) do
  if redis.call('HSETNX', KEYS[1], 'e:' .. id, events[n]) == 1 then
    redis.call('ZADD', KEYS[2], string.format('%.0f', place), id)
    place = place + 1
  end
  local before = redis.call('HGET', KEYS[1], 'a:' .. id) or ''
  if string.sub(before, -#lines[n]) ~= lines[n] then
    if #before > 8000 then before = string.gsub(before, '^[^\\n]*\\n', '', 1) end
    redis.call('HSET', KEYS[1], 'a:' .. id, before == '' and lines[n] or (before .. '\\n' .. lines[n]))
  end
end
redis.call('HSET', KEYS[1], 'm:' .. message, table.concat(ids, ' '))
local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', oldest * 1000), 'LIMIT', 0, 200)
if #gone == 0 and redis.call('ZCARD', KEYS[2]) > most then gone = redis.call('ZRANGE', KEYS[2], 0, 99) end
if #gone > 0 then
  local fields = {}
  for _, id in ipairs(gone) do
    local attempts = redis.call('HGET', KEYS[1], 'a:' .. id) or ''
    for line in string.gmatch(attempts, '[^\\n]+') do
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
