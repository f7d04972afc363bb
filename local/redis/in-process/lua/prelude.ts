/**
 * What Lua 5.1 has under other names or other rules than 5.3, and Redis's guard on globals: a script can neither make
 * nor change one, so that it leaves nothing for the next. Returns the globals as scripts see them.
 */
export const prelude = `
local format, gsub, rep, floor, pack, unpack = string.format, string.gsub, string.rep, math.floor, table.pack, table.unpack
local ceil, fmod, loadtext, totext = math.ceil, math.fmod, load, tostring

_G.tostring = function(value)
  if type(value) == "number" then return value .. "" end
  return totext(value)
end

-- Redis hands a caught refusal of redis.call on as its text.
local protected = pcall
local function caught(ok, problem, ...)
  if not ok and type(problem) == "table" and type(problem.err) == "string" then return false, problem.err end
  return ok, problem, ...
end
_G.pcall = function(...) return caught(protected(...)) end

_G.unpack = unpack
_G.loadstring = function(source, name) return loadtext(source, name, "t") end
_G.load, _G.dofile, _G.loadfile, _G.print, _G.require = nil, nil, nil, nil, nil
string.dump = nil
table.getn = function(t) return #t end
math.pow = function(x, y) return x ^ y end
math.mod = fmod
math.log10 = function(x) return math.log(x, 10) end

-- Whole parts stay doubles, so that a product of two cannot wrap at 32 bits.
math.floor = function(x) return floor(x) + 0.0 end
math.ceil = function(x) return ceil(x) + 0.0 end

-- 5.1 takes any number for %d, 5.3 only integers (here of 32 bits).
string.format = function(pattern, ...)
  local args, at = pack(...), 0
  pattern = gsub(pattern, "%%([-+ #0]*[%d.]*)([%a%%])", function(flags, conversion)
    if conversion == "%" then return nil end
    at = at + 1
    if conversion == "s" and type(args[at]) == "number" then args[at] = args[at] .. "" end
    if conversion ~= "d" and conversion ~= "i" then return nil end
    local number = tonumber(args[at])
    if number then args[at] = number < 0 and ceil(number) or floor(number) end
    return "%" .. gsub(flags, "%..*", "") .. ".0f"
  end)
  return format(pattern, unpack(args, 1, args.n))
end

string.rep = function(text, times, ...)
  if #text * times > 67108864 then error("resulting string too large") end
  return rep(text, floor(times), ...)
end
getmetatable("").__index = string

local function readonly(inner)
  return setmetatable({}, {
    __index = inner,
    __newindex = function() error("Attempt to modify a readonly table", 2) end,
    __metatable = false,
  })
end
for _, name in ipairs({"string", "table", "math", "cjson", "redis"}) do _G[name] = readonly(_G[name]) end
setmetatable(_G, {
  __index = function(_, name) error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2) end,
})
local seen = readonly(_G)
_G._G = seen
return seen
`;
