import { HEAD, LISTS } from "./prelude.ts";

/**
 * A person's act on deliveries that are over: each goes to another place, if it still is what the person was shown.
 * KEYS: deliveries, from, to, notes, ledger, owners, and optionally a bulk act. ARGV: '1' when what was noted is done with;
 * lists: ids, values they must have, values they get, scores, ledger values ('' for none), remote ids ('' for none); of a
 * bulk act the state it must be in, and the count of it that what is moved is added to; '1' when a remote id must not be
 * another file's.
 * One that was replaced by a newer revision, claimed, or acted on by another has another value and is left alone. One that
 * has the new value already counts as done: the answer to the first run was lost. Returns for each '1', '0', or '2': its
 * remote id is another file's.
 */
export const ACT = `${HEAD}${LISTS}
local forget = take() == '1'
local ids, believed, values, scores, ledger, remotes = list(), list(), list(), list(), list(), list()
local state, count, isAlone = take(), take(), take() == '1'
local answer = {}
if KEYS[7] and redis.call('HGET', KEYS[7], 'state') ~= state then
  for n = 1, #ids do answer[n] = '0' end
  return answer
end
local current = redis.call('HMGET', KEYS[1], unpack(ids))
local from = redis.call('ZMSCORE', KEYS[2], unpack(ids))
local owners = isAlone and redis.call('HMGET', KEYS[6], unpack(remotes)) or {}
local stored, moved, into, ledgered, owned = {}, {}, {}, {}, {}
for n, id in ipairs(ids) do
  answer[n] = current[n] == values[n] and '1' or '0'
  if from[n] and current[n] == believed[n] and owners[n] and owners[n] ~= id then
    answer[n] = '2'
  elseif from[n] and current[n] == believed[n] then
    answer[n] = '1'
    moved[#moved + 1] = id
    stored[#stored + 1] = id
    stored[#stored + 1] = values[n]
    into[#into + 1] = scores[n]
    into[#into + 1] = id
    if ledger[n] ~= '' then
      ledgered[#ledgered + 1] = id
      ledgered[#ledgered + 1] = ledger[n]
    end
    if remotes[n] ~= '' then
      owned[#owned + 1] = remotes[n]
      owned[#owned + 1] = id
    end
  end
end
if #moved > 0 then
  redis.call('HSET', KEYS[1], unpack(stored))
  redis.call('ZREM', KEYS[2], unpack(moved))
  redis.call('ZADD', KEYS[3], unpack(into))
  if forget then redis.call('HDEL', KEYS[4], unpack(moved)) end
  if #ledgered > 0 then redis.call('HSET', KEYS[5], unpack(ledgered)) end
  if #owned > 0 then redis.call('HSET', KEYS[6], unpack(owned)) end
  if KEYS[7] then redis.call('HINCRBY', KEYS[7], count, #moved) end
end
return answer
`;
