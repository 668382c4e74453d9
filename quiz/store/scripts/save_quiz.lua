-- Stores a quiz, if the one that is there has the version that is expected.
-- KEYS  1 quiz
-- ARGV  1 version that is expected, "none" for no quiz, "any"  2 schema  3 the quiz, JSON
-- Returns 1, its new version and the time in ms, or 0 and the version that is there, -1 for no quiz.
local found = redis.call('GET', KEYS[1])
local version = -1
if found then
  version = tonumber(string.match(found, '^{"schema":%d+,"version":(%d+),') or 0)
end
if ARGV[1] ~= 'any' and version ~= (ARGV[1] == 'none' and -1 or tonumber(ARGV[1])) then
  return {0, version, 0}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- By the clock, so that a version of before a deletion is never there again.
version = math.max(version + 1, now)
local head = string.format('{"schema":%d,"version":%.0f,"updated_at":%.0f,"quiz":', ARGV[2], version, now)
redis.call('SET', KEYS[1], head .. ARGV[3] .. '}')
return {1, version, now}
