import { HEAD, LISTS } from "./prelude.ts";

/**
 * Writes down what is about to be done for claimed deliveries: all of them, or none when a claim is no longer ours.
 * KEYS: deliveries, notes. ARGV: claim token; lists: ids, notes. Returns {"noted"} or {"lost"}.
 */
export const NOTE = `${HEAD}${LISTS}
local token = take()
local ids, notes = list(), list()
local pairs_ = {}
for n, value in ipairs(redis.call('HMGET', KEYS[1], unpack(ids))) do
  if not value or string.match(value, '^c %d+ ([^\\n]*)\\n') ~= token then return {'lost'} end
  pairs_[#pairs_ + 1] = ids[n]
  pairs_[#pairs_ + 1] = notes[n]
end
redis.call('HSET', KEYS[2], unpack(pairs_))
return {'noted'}
`;
