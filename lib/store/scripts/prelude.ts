/**
 * The atomic steps of the relay, as Lua. They never parse JSON, carry no policy, take time as an argument, and use
 * variadic commands: a listing of 500 files or a batch of 50 deliveries costs about a dozen billed commands.
 * Lists arrive in ARGV as a count followed by the values.
 *
 * A stored delivery is a first line and JSON; the scripts read and write only that line:
 *   "p <attempts> -"        waiting or over
 *   "u <attempts> <ms>"     waiting, and a write whose answer never came may land until then
 *   "d <attempts> <ms>"     waiting, not due before then
 *   "c <attempts> <token>"  claimed
 */

/** First line of every script: Upstash then locks only the declared keys instead of the whole database. */
export const HEAD = "#!lua flags=allow-key-locking\n";

/** HSET in parts: Lua hands over a few thousand arguments at most. */
export const SET_MANY = `
local function setmany(key, pairs_)
  for from = 1, #pairs_, 2000 do
    redis.call('HSET', key, unpack(pairs_, from, math.min(from + 1999, #pairs_)))
  end
end
`;

export const LISTS = `
local at = 0
local function take() at = at + 1 return ARGV[at] end
local function list() local out = {} for n = 1, tonumber(take()) do out[n] = take() end return out end
`;
