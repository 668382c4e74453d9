-- Where a game stands.
-- KEYS  1 game
-- ARGV  1 game id, then the names of the phase's fields
-- Returns nil if the PIN is another game's, else the fields' values and, last, the time in ms.
-- Changes nothing.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return false
end
local values = redis.call('HMGET', KEYS[1], unpack(ARGV, 2))
local time = redis.call('TIME')
values[#values + 1] = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
return values
