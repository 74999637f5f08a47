import { HEAD } from "./prelude.ts";

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
