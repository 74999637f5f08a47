import { HEAD, LISTS } from "./prelude.ts";

/**
 * Settles a batch and claims the next one.
 * KEYS: hold, deliveries, claimed, next, ledger, dead, settled, due:live, due:replay, due:backfill, notes, unclear, owners;
 * then the bulk acts that any of the batch is part of; last, if there is a month: what was used in it.
 * ARGV: token of the claims to settle, token of the claims to make, now, claim until, claim limit, settled kept, hold
 * until ('' for none), hold reason, '1' to tell ledger and note of what is claimed; lists: ids, new values, places (index
 * into KEYS), scores, ledger values ('' for none, '-' to forget), ids whose note is done with, remote ids (one for each
 * id, or none), places in the hour's tally ('' for none), bulk acts (index into KEYS, '' for none; or none at all) and the
 * counts of them that these are added to; the month ('' for none), and what was used in it: commands, messages, files.
 * A delivery whose claim is no longer ours is left alone (fencing); the two tokens differ, so that a second run of the
 * script (the answer to the first was lost) cannot settle what the first one claimed. A newer revision that waited takes
 * its place, not before its own time, nor before a write of the older one can no longer land.
 * Expired claims are claimed again before anything new. Nothing is claimed while the hold lasts.
 * The tally of the hour (see core/tally.ts) lies among the deliveries, so that it is read and written with them: to count
 * costs no command of its own, and what was fenced off is not counted.
 * Returns {settled, held until or '0', hold reason, next due or '', then id, value, '1' if its claim had expired, ledger
 * value or '', note or '', …}.
 */
export const SETTLE_AND_CLAIM = `${HEAD}${LISTS}
local former, token, now, untilMs, limit = take(), take(), tonumber(take()), take(), tonumber(take())
local kept, holdUntil, holdReason, tell = tonumber(take()), take(), take(), take() == '1'
local ids, values, places, scores, ledger = list(), list(), list(), list(), list()
local noted, remotes, counts, bulks, parts = list(), list(), list(), list(), list()
local settled = 0
local month = take()
if month ~= '' then
  for _, name in ipairs({'commands', 'messages', 'files'}) do
    redis.call('HINCRBY', KEYS[#KEYS], month .. ':' .. name, take())
  end
end
if #ids > 0 then
  local hour = math.floor(now / 3600000)
  local slot = string.format('#%.0f', hour % 48)
  local read = {unpack(ids)}
  read[#read + 1] = slot
  local current = redis.call('HMGET', KEYS[2], unpack(read))
  local tally, counted = {}, false
  for word in string.gmatch(current[#read] or '', '%d+') do tally[#tally + 1] = tonumber(word) end
  if tally[1] ~= hour then tally = {hour} end
  local newer = redis.call('HMGET', KEYS[4], unpack(ids))
  local stored, released, taken, ledgered, owned, into, ours = {}, {}, {}, {}, {}, {}, {}
  local forgotten, disowned, ended = {}, {}, {}
  for n, id in ipairs(ids) do
    if current[n] and string.match(current[n], '^c %d+ ([^\\n]*)\\n') == former then
      settled = settled + 1
      released[#released + 1] = id
      ours[id] = true
      if counts[n] ~= '' then
        local word = tonumber(counts[n]) + 1
        tally[word] = (tally[word] or 0) + 1
        counted = true
      end
      if bulks[n] and bulks[n] ~= '' then
        local of = bulks[n] .. ' ' .. parts[n]
        ended[of] = (ended[of] or 0) + 1
      end
      local place, score, value = tonumber(places[n]), scores[n], values[n]
      if newer[n] then
        local clear = string.match(value, '^u %d+ (%d+)\\n')
        value = newer[n]
        local at = math.max(now, tonumber(string.match(value, '^d %d+ (%d+)\\n') or 0))
        if clear and tonumber(clear) > now then
          at = math.max(at, tonumber(clear))
          value = string.gsub(value, '^%a 0 [^\\n]*', 'u 0 ' .. clear, 1)
        end
        place, score = 8, string.format('%.0f', at)
        taken[#taken + 1] = id
      end
      stored[#stored + 1] = id
      stored[#stored + 1] = value
      into[place] = into[place] or {}
      into[place][#into[place] + 1] = score
      into[place][#into[place] + 1] = id
      if ledger[n] == '-' then
        forgotten[#forgotten + 1] = id
        disowned[#disowned + 1] = remotes[n]
      elseif ledger[n] ~= '' then
        ledgered[#ledgered + 1] = id
        ledgered[#ledgered + 1] = ledger[n]
        if remotes[n] then
          owned[#owned + 1] = remotes[n]
          owned[#owned + 1] = id
        end
      end
    end
  end
  if counted then
    for word = 1, 27 do tally[word] = string.format('%.0f', tally[word] or 0) end
    stored[#stored + 1] = slot
    stored[#stored + 1] = table.concat(tally, ' ')
  end
  if settled > 0 then
    redis.call('HSET', KEYS[2], unpack(stored))
    redis.call('ZREM', KEYS[3], unpack(released))
    for place, scored in pairs(into) do redis.call('ZADD', KEYS[place], unpack(scored)) end
    if #ledgered > 0 then redis.call('HSET', KEYS[5], unpack(ledgered)) end
    if #forgotten > 0 then redis.call('HDEL', KEYS[5], unpack(forgotten)) end
    if #disowned > 0 then redis.call('HDEL', KEYS[13], unpack(disowned)) end
    if #owned > 0 then redis.call('HSET', KEYS[13], unpack(owned)) end
    if #taken > 0 then redis.call('HDEL', KEYS[4], unpack(taken)) end
    for of, many in pairs(ended) do
      local key, count = string.match(of, '^(%d+) (%a+)$')
      redis.call('HINCRBY', KEYS[tonumber(key)], count, many)
    end
    local done = {}
    for _, id in ipairs(noted) do if ours[id] then done[#done + 1] = id end end
    if #done > 0 then redis.call('HDEL', KEYS[11], unpack(done)) end
    local tail = into[7] and redis.call('ZRANGE', KEYS[7], 0, -(kept + 1)) or {}
    if #tail > 0 then
      redis.call('HDEL', KEYS[2], unpack(tail))
      redis.call('ZREM', KEYS[7], unpack(tail))
    end
  end
end
local hold = redis.call('HMGET', KEYS[1], 'until', 'reason')
local held, reason = tonumber(hold[1] or '0'), hold[2] or ''
if holdUntil ~= '' and tonumber(holdUntil) > held then
  held, reason = tonumber(holdUntil), holdReason
  redis.call('HSET', KEYS[1], 'until', holdUntil, 'reason', holdReason)
end
local answer = {tostring(settled), string.format('%.0f', held), reason, ''}
local found, from = {}, {}
if held <= now then
  for _, key in ipairs({3, 8, 9, 10}) do
    if #found < limit then
      local due = redis.call('ZRANGEBYSCORE', KEYS[key], '-inf', ARGV[3], 'LIMIT', 0, limit - #found)
      for _, id in ipairs(due) do
        found[#found + 1] = id
        from[key] = from[key] or {}
        from[key][#from[key] + 1] = id
      end
    end
  end
end
if #found > 0 then
  local bodies = redis.call('HMGET', KEYS[2], unpack(found))
  local known = tell and redis.call('HMGET', KEYS[5], unpack(found)) or {}
  local notes = tell and redis.call('HMGET', KEYS[11], unpack(found)) or {}
  local stored, claimed = {}, {}
  for n, id in ipairs(found) do
    local attempts, body = string.match(bodies[n] or '', '^%a (%d+) [^\\n]*\\n(.*)$')
    if attempts then
      local value = 'c ' .. (tonumber(attempts) + 1) .. ' ' .. token .. '\\n' .. body
      stored[#stored + 1] = id
      stored[#stored + 1] = value
      claimed[#claimed + 1] = untilMs
      claimed[#claimed + 1] = id
      answer[#answer + 1] = id
      answer[#answer + 1] = value
      answer[#answer + 1] = (from[3] and n <= #from[3]) and '1' or '0'
      answer[#answer + 1] = known[n] or ''
      answer[#answer + 1] = notes[n] or ''
    end
  end
  for key, gone in pairs(from) do redis.call('ZREM', KEYS[key], unpack(gone)) end
  if #stored > 0 then
    redis.call('HSET', KEYS[2], unpack(stored))
    redis.call('ZADD', KEYS[3], unpack(claimed))
  end
end
if #found < limit then
  local soonest = false
  for _, key in ipairs({3, 8, 9, 10}) do
    local first = redis.call('ZRANGE', KEYS[key], 0, 0, 'WITHSCORES')
    if key == 3 and #found > 0 then first = {} end
    if first[2] and (not soonest or tonumber(first[2]) < soonest) then soonest = tonumber(first[2]) end
  end
  if soonest then answer[4] = string.format('%.0f', math.ceil(soonest)) end
end
return answer
`;
