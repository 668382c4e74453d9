-- Takes the changes of a roster that hosts have not been told, at most once a window.
-- KEYS  1 sent  2 roster  3 game
-- ARGV  1 window, ms  2 game id
-- Returns {ms to wait} or {-1, change JSON ...}; {0} if there is none; nil if the PIN is another game's.
if redis.call('HGET', KEYS[3], 'id') ~= ARGV[2] then
  return false
end
local changes = redis.call('LRANGE', KEYS[2], 0, -1)
if #changes == 0 then
  return { 0 }
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local since = now - (redis.call('HGET', KEYS[1], 'roster_at') or 0)
if since >= 0 and since < tonumber(ARGV[1]) then
  return { ARGV[1] - since }
end
redis.call('HSET', KEYS[1], 'roster_at', string.format('%d', now))
redis.call('DEL', KEYS[2])
table.insert(changes, 1, -1)
return changes
