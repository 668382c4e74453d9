-- Moves a quiz to where it can be had back from for some time.
-- KEYS  1 quiz  2 the deleted one
-- ARGV  1 version that is expected, or "any"  2 ms that it is kept
-- Returns 1 and its version, 0 and another version than expected, or 0 and -1 if there is no quiz; then the time in ms.
local found = redis.call('GET', KEYS[1])
if not found then
  return {0, -1, 0}
end
local version = tonumber(string.match(found, '^{"schema":%d+,"version":(%d+),') or 0)
if ARGV[1] ~= 'any' and version ~= tonumber(ARGV[1]) then
  return {0, version, 0}
end
local time = redis.call('TIME')
redis.call('SET', KEYS[2], found, 'PX', ARGV[2])
redis.call('DEL', KEYS[1])
return {1, version, time[1] * 1000 + math.floor(time[2] / 1000)}
