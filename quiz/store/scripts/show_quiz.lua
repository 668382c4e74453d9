-- Notes what lists show of a quiz, unless they show a newer version of it.
-- KEYS  1 hash: slug → summary, JSON that begins with its version  2 how often that was changed
-- ARGV  1 slug  2 version  3 summary, "" if the quiz is gone
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and tonumber(string.match(known, '^{"version":(%d+),') or 0) > tonumber(ARGV[2]) then
  return 0
end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
redis.call('INCR', KEYS[2])
return 1
