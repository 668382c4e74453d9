-- Notes that somebody has a quiz open, for a while, or has no longer; who has.
-- KEYS  1 sorted set: who → ms at which they are forgotten
-- ARGV  1 who  2 ms that they are remembered, 0 if they left
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[2] == '0' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
end
return redis.call('ZRANGE', KEYS[1], 0, 99)
