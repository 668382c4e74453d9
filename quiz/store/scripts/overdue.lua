-- The games to be looked at by now.
-- KEYS  1 clocks
-- ARGV  1 how many at most
-- Returns PINs.
-- Changes nothing.
local time = redis.call('TIME')
local now = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
