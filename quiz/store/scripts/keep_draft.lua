-- Stores a draft, if the one that is there has the version that is expected.
-- KEYS  1 hash: quiz → what lists show  2 what the draft holds
-- ARGV  1 quiz  2 version that is expected, "none" for no draft, "any"  3 rest of what lists show, JSON after its "{"
--       4 what it holds, JSON  5 ms that it is kept  6 most drafts
-- Returns 1 and its new version, 0 and the version that is there, -1 for no draft, or 2 if there are too many.
local known = redis.call('EXISTS', KEYS[2]) == 1 and redis.call('HGET', KEYS[1], ARGV[1])
local version = -1
if known then
  version = tonumber(string.match(known, '^{"version":(%d+),'))
end
if ARGV[2] ~= 'any' and version ~= (ARGV[2] == 'none' and -1 or tonumber(ARGV[2])) then
  return {0, version}
end
if not known and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[6]) then
  return {2, version}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
version = math.max(version + 1, now)
redis.call('HSET', KEYS[1], ARGV[1], string.format('{"version":%.0f,"updated_at":%.0f,', version, now) .. ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
return {1, version}
