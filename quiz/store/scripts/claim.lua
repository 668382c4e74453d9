-- Decides which caller tells a topic, so that all workers together tell it at most once a window and the last state always.
-- KEYS  1 sent  2 game
-- ARGV  1 topic  2 value to be told  3 window, ms  4 game id
-- Returns 0 if this value was told, -1 if it is the caller's to tell, else the ms to wait; nil if the PIN is another game's.
if redis.call('HGET', KEYS[2], 'id') ~= ARGV[4] then
  return false
end
local told = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[1] .. '_at')
if told[1] == ARGV[2] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local since = now - (told[2] or 0)
if since >= 0 and since < tonumber(ARGV[3]) then
  return ARGV[3] - since
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], ARGV[1] .. '_at', string.format('%d', now))
return -1
