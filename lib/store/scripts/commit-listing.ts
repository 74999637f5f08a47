import { HEAD, LISTS, SET_MANY } from "./prelude.ts";

/**
 * The transactional outbox: cursor, known files and deliveries in one step, or nothing.
 * KEYS: lease, source, files, paths; then of each outbox: deliveries, claimed, next, dead, settled, due:live, due:replay,
 * due:backfill, unclear; and optionally the stored instance.
 * ARGV: token, cursor before, lease ms; lists: looked-up file ids, believed values, looked-up paths, believed owners;
 * source pairs, file pairs, path pairs, paths gone; now; deliveries as lists of ids, values, due keys (10 live, 12 backfill, as
 * of the first outbox); '0' for each outbox that is to get none of a gone file, every outbox gets all others; with the
 * instance the version that it must have.
 * Returns {"committed"}, {"lost"} (lease, cursor or instance no longer ours), or {"stale", known values…, path owners…} when the
 * plan was made under a wrong belief: nothing was written, plan again with these.
 * Redis does not undo a script that fails half way, so the cursor moves last: whatever fails before it is done again.
 */
export const COMMIT_LISTING = `${HEAD}${LISTS}${SET_MANY}
if redis.call('GET', KEYS[1]) ~= take() then return {'lost'} end
if (redis.call('HGET', KEYS[2], 'cursor') or '') ~= take() then return {'lost'} end
local isStored = (#KEYS - 4) % 9 == 1
if isStored and redis.call('HGET', KEYS[#KEYS], 'version') ~= ARGV[#ARGV] then return {'lost'} end
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
local follows = list()
for off = 0, #ids > 0 and #KEYS - 13 or -1, 9 do
  local claimed = redis.call('ZMSCORE', KEYS[off + 6], unpack(ids))
  -- Files never met before can be nowhere yet.
  local former = met and redis.call('HMGET', KEYS[off + 5], unpack(ids)) or {}
  local waiting, stored, due, moved = {}, {}, {}, {}
  for n = 1, #ids do
    if follows[off / 9 + 1] == '0' and string.sub(values[n], 1, 2) == 'd ' then
      -- That destination keeps what there is of a file that is gone: whatever waits there goes on.
    elseif claimed[n] then
      waiting[#waiting + 1] = ids[n]
      waiting[#waiting + 1] = values[n]
    else
      -- Thousandths of a millisecond keep the listing's order among deliveries that are due together.
      local at, value = now - (#ids - n) / 1000, values[n]
      local later = tonumber(string.match(value, '^d %d+ (%d+)\\n'))
      if later then at = later end
      -- A write of the former revision may still be under way: this one must not overtake it.
      local clear = former[n] and string.match(former[n], '^u %d+ (%d+)\\n')
      if clear and tonumber(clear) > now then
        at = math.max(at, tonumber(clear))
        value = string.gsub(value, '^%a 0 [^\\n]*', 'u 0 ' .. clear, 1)
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
  setmany(KEYS[off + 7], waiting)
  setmany(KEYS[off + 5], stored)
  if met and #moved > 0 then
    for key = 8, 13 do redis.call('ZREM', KEYS[off + key], unpack(moved)) end
  end
  for place, list_ in pairs(due) do redis.call('ZADD', KEYS[off + place], unpack(list_)) end
end
if #gone > 0 then redis.call('HDEL', KEYS[4], unpack(gone)) end
setmany(KEYS[3], files)
setmany(KEYS[4], paths)
setmany(KEYS[2], source)
return {'committed'}
`;
