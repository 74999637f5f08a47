/**
 * The four atomic steps of the relay, as Lua. They never parse JSON, carry no policy, take time as an argument, and use
 * variadic commands: a listing of 500 files or a batch of 50 deliveries costs about a dozen billed commands.
 * Lists arrive in ARGV as a count followed by the values.
 *
 * A stored delivery is a first line and JSON; the scripts read and write only that line:
 *   "p <attempts> -"        waiting or over
 *   "u <attempts> <ms>"     waiting, and a write whose answer never came may land until then
 *   "c <attempts> <token>"  claimed
 */

/** First line of every script: Upstash then locks only the declared keys instead of the whole database. */
const HEAD = "#!lua flags=allow-key-locking\n";

/** HSET in parts: Lua hands over a few thousand arguments at most. */
const SET_MANY = `
local function setmany(key, pairs_)
  for from = 1, #pairs_, 2000 do
    redis.call('HSET', key, unpack(pairs_, from, math.min(from + 1999, #pairs_)))
  end
end
`;

const LISTS = `
local at = 0
local function take() at = at + 1 return ARGV[at] end
local function list() local out = {} for n = 1, tonumber(take()) do out[n] = take() end return out end
`;

/**
 * Takes the listing lease, or leaves the again mark for its holder.
 * KEYS: lease, again, source. ARGV: token, lease ms.
 * Returns {"held", ms left} or {"taken", cursor, phase, since, account}; missing fields are "".
 */
export const BEGIN_SYNC = `${HEAD}
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  -- Our own token: the client asks again because the answer to its first request was lost.
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    redis.call('INCR', KEYS[2])
    return {'held', tostring(redis.call('PTTL', KEYS[1]))}
  end
end
redis.call('DEL', KEYS[2])
local source = redis.call('HMGET', KEYS[3], 'cursor', 'phase', 'since', 'account')
return {'taken', source[1] or '', source[2] or '', source[3] or '', source[4] or ''}
`;

/**
 * The transactional outbox: cursor, known files and deliveries in one step, or nothing.
 * KEYS: lease, source, files, paths, deliveries, claimed, next, dead, settled, due:live, due:replay, due:backfill.
 * ARGV: token, cursor before, lease ms; lists: looked-up file ids, believed values, looked-up paths, believed owners;
 * source pairs, file pairs, path pairs, paths gone; now; deliveries as lists of ids, values, due keys (10 live, 12 backfill).
 * Returns {"committed"}, {"lost"} (lease or cursor no longer ours), or {"stale", known values…, path owners…} when the
 * plan was made under a wrong belief: nothing was written, plan again with these.
 * Redis does not undo a script that fails half way, so the cursor moves last: whatever fails before it is done again.
 */
export const COMMIT_LISTING = `${HEAD}${LISTS}${SET_MANY}
if redis.call('GET', KEYS[1]) ~= take() then return {'lost'} end
if (redis.call('HGET', KEYS[2], 'cursor') or '') ~= take() then return {'lost'} end
redis.call('PEXPIRE', KEYS[1], take())
local answer, stale, met = {'stale'}, false, false
for key = 3, 4 do
  local names, believed = list(), list()
  if #names > 0 then
    local known = redis.call('HMGET', KEYS[key], unpack(names))
    for n = 1, #names do
      answer[#answer + 1] = known[n] or ''
      if (known[n] or '') ~= believed[n] then stale = true end
      if known[n] and key == 3 then met = true end
    end
  end
end
if stale then return answer end
local source, files, paths, gone, now = list(), list(), list(), list(), tonumber(take())
local ids, values, places = list(), list(), list()
if #ids > 0 then
  local claimed = redis.call('ZMSCORE', KEYS[6], unpack(ids))
  -- Files never met before can be nowhere yet.
  local former = met and redis.call('HMGET', KEYS[5], unpack(ids)) or {}
  local waiting, stored, due, moved = {}, {}, {}, {}
  for n = 1, #ids do
    if claimed[n] then
      waiting[#waiting + 1] = ids[n]
      waiting[#waiting + 1] = values[n]
    else
      -- Thousandths of a millisecond keep the listing's order among deliveries that are due together.
      local at, value = now - (#ids - n) / 1000, values[n]
      -- A write of the former revision may still be under way: this one must not overtake it.
      local clear = former[n] and string.match(former[n], '^u %d+ (%d+)\\n')
      if clear and tonumber(clear) > at then
        at = tonumber(clear)
        value = string.gsub(value, '^p 0 %-', 'u 0 ' .. clear, 1)
      end
      stored[#stored + 1] = ids[n]
      stored[#stored + 1] = value
      moved[#moved + 1] = ids[n]
      local place = tonumber(places[n])
      due[place] = due[place] or {}
      due[place][#due[place] + 1] = string.format('%.3f', at)
      due[place][#due[place] + 1] = ids[n]
    end
  end
  setmany(KEYS[7], waiting)
  setmany(KEYS[5], stored)
  if met and #moved > 0 then
    for key = 8, 12 do redis.call('ZREM', KEYS[key], unpack(moved)) end
  end
  for place, list_ in pairs(due) do redis.call('ZADD', KEYS[place], unpack(list_)) end
end
if #gone > 0 then redis.call('HDEL', KEYS[4], unpack(gone)) end
setmany(KEYS[3], files)
setmany(KEYS[4], paths)
setmany(KEYS[2], source)
return {'committed'}
`;

/**
 * Settles a batch and claims the next one.
 * KEYS: hold, deliveries, claimed, next, ledger, dead, settled, due:live, due:replay, due:backfill.
 * ARGV: token of the claims to settle, token of the claims to make, now, claim until, claim limit, settled kept, hold until ('' for none), hold reason; lists: ids, new values,
 * places (index into KEYS), scores, ledger values ('' for none).
 * A delivery whose claim is no longer ours is left alone (fencing); the two tokens differ, so that a second run of the
 * script (the answer to the first was lost) cannot settle what the first one claimed. A newer revision that waited takes
 * its place, not before a write of the older one can no longer land.
 * Expired claims are claimed again before anything new. Nothing is claimed while the hold lasts.
 * Returns {settled, held until or '0', hold reason, next due or '', then id, value, '1' if its claim had expired, …}.
 */
export const SETTLE_AND_CLAIM = `${HEAD}${LISTS}
local former, token, now, untilMs, limit = take(), take(), tonumber(take()), take(), tonumber(take())
local kept, holdUntil, holdReason = tonumber(take()), take(), take()
local ids, values, places, scores, ledger = list(), list(), list(), list(), list()
local settled = 0
if #ids > 0 then
  local current = redis.call('HMGET', KEYS[2], unpack(ids))
  local newer = redis.call('HMGET', KEYS[4], unpack(ids))
  local stored, released, taken, ledgered, into, known = {}, {}, {}, {}, {}, {}
  for n, id in ipairs(ids) do
    if current[n] and string.match(current[n], '^c %d+ ([^\\n]*)\\n') == former then
      settled = settled + 1
      released[#released + 1] = id
      local place, score, value = tonumber(places[n]), scores[n], values[n]
      if newer[n] then
        local clear = string.match(value, '^u %d+ (%d+)\\n')
        place, score, value = 8, ARGV[3], newer[n]
        if clear and tonumber(clear) > now then
          score = clear
          value = string.gsub(value, '^p 0 %-', 'u 0 ' .. clear, 1)
        end
        taken[#taken + 1] = id
      end
      stored[#stored + 1] = id
      stored[#stored + 1] = value
      into[place] = into[place] or {}
      into[place][#into[place] + 1] = score
      into[place][#into[place] + 1] = id
      if ledger[n] ~= '' then
        ledgered[#ledgered + 1] = id
        ledgered[#ledgered + 1] = ledger[n]
      end
    end
  end
  if settled > 0 then
    redis.call('HSET', KEYS[2], unpack(stored))
    redis.call('ZREM', KEYS[3], unpack(released))
    for place = 6, 10 do
      if into[place] then redis.call('ZADD', KEYS[place], unpack(into[place])) end
    end
    if #ledgered > 0 then redis.call('HSET', KEYS[5], unpack(ledgered)) end
    if #taken > 0 then redis.call('HDEL', KEYS[4], unpack(taken)) end
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

/**
 * Gives the lease back, or keeps it when somebody asked to list again since the mark was last seen. The mark is a count
 * and is only compared: run twice (the answer to the first was lost), this says "again" twice and loses no request.
 * KEYS: lease, again. ARGV: token, lease ms, mark seen ('' for none, '*' to
 * release whatever the mark). Returns {"released"}, {"again", mark} or {"lost"}.
 */
export const RELEASE_SYNC = `${HEAD}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'lost'} end
local mark = redis.call('GET', KEYS[2]) or ''
if ARGV[3] ~= '*' and mark ~= ARGV[3] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return {'again', mark}
end
redis.call('DEL', KEYS[1], KEYS[2])
return {'released'}
`;
