import { HEAD } from "./prelude.ts";

/**
 * Stores how an endpoint is, if it still is what was read. KEYS: endpoint. ARGV: value that was read ('' for none), value.
 * Returns {"stored"}, or {"stale", value there is now or ''}. Run twice (the answer to the first was lost): stored.
 */
export const PUT_ENDPOINT = `${HEAD}
local current = redis.call('GET', KEYS[1]) or ''
if current == ARGV[2] then return {'stored'} end
if current ~= ARGV[1] then return {'stale', current} end
redis.call('SET', KEYS[1], ARGV[2])
return {'stored'}
`;
