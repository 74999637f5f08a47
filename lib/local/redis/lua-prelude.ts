/** Lua run once in a new machine: what Redis' Lua 5.1 has and 5.3 has not, and what a script must not reach. */
export const PRELUDE = `
local format, gsub, find, floor, ceil, select, rawget = string.format, string.gsub, string.find, math.floor, math.ceil, select, rawget
local original, unpack, fmod = tonumber, table.unpack, math.fmod
local error, ipairs, pairs, type = error, ipairs, pairs, type
local G = _G

-- Whole numbers stay floats: fengari's integers wrap at 32 bits.
function tonumber(...)
  local value = original(...)
  return value and value + 0.0
end
function math.floor(x) return floor(x) + 0.0 end
function math.ceil(x) return ceil(x) + 0.0 end
function math.pow(x, y) return x ^ y end
function math.mod(x, y) return fmod(x, y) end
function math.log10(x) return math.log(x, 10) end
function table.getn(t) return #t end
function table.maxn(t)
  local highest = 0
  for key in pairs(t) do if type(key) == 'number' and key > highest then highest = key end end
  return highest
end
G.unpack = unpack
G.loadstring = load

function string.format(spec, ...)
  local args, count, at = {...}, select('#', ...), 0
  spec = gsub(spec, '%%([-+ #0]*%d*%.?%d*)([%a%%])', function(flags, conversion)
    if conversion == '%' then return nil end
    at = at + 1
    if conversion == 's' and type(args[at]) ~= 'string' and type(args[at]) ~= 'number' then
      error("bad argument #" .. at + 1 .. " to 'format' (string expected, got " .. type(args[at]) .. ')', 4)
    end
    local value = original(args[at])
    if not find('diu', conversion, 1, true) or not value or find(flags, '.', 1, true) then return nil end
    args[at] = (value < 0 and ceil(value) or floor(value)) + 0.0
    return '%' .. flags .. '.0f'
  end)
  return format(spec, unpack(args, 1, count))
end

-- As in Redis, pcall gives the text of a command error, and redis.pcall the table.
local function caught(ok, problem, ...)
  if not ok and type(problem) == 'table' and problem.err then return false, problem.err end
  return ok, problem, ...
end
local protectedCall = pcall
function pcall(...) return caught(protectedCall(...)) end

for place, names in pairs({
  [G] = {'collectgarbage', 'debug', 'dofile', 'io', 'load', 'loadfile', 'package', 'print', 'rawlen', 'require'},
  [math] = {'tointeger', 'type', 'ult'},
  [string] = {'pack', 'packsize', 'unpack'},
  [table] = {'move', 'pack', 'unpack'},
}) do
  for _, name in ipairs(names) do place[name] = nil end
end
G._VERSION = 'Lua 5.1'

protected = setmetatable({}, {
  __index = function(_, name)
    local value = rawget(G, name)
    if value == nil then error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2) end
    return value
  end,
  __newindex = function() error('Attempt to modify a readonly table', 2) end,
})
G._G = protected
`;
