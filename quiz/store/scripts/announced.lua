-- Reads, or raises, the newest phase version that was told to everybody.
-- KEYS  1 game
-- ARGV  1 game id  2 version, or 0 to read only
-- Returns the version, or nil if the PIN is another game's.
local is = redis.call('HMGET', KEYS[1], 'id', 'announced')
if is[1] ~= ARGV[1] then
  return false
end
if tonumber(ARGV[2]) <= tonumber(is[2]) then
  return tonumber(is[2])
end
redis.call('HSET', KEYS[1], 'announced', ARGV[2])
return tonumber(ARGV[2])
