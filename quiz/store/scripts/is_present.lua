-- Whether a player is connected to one of these workers, and was not kicked.
-- KEYS  1 presence  2 kicked
-- ARGV  1 player  then workers
-- Returns 1 or 0. Changes nothing.
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then
  return 0
end
for i = 2, #ARGV do
  if redis.call('SISMEMBER', KEYS[1], ARGV[1] .. '|' .. ARGV[i]) == 1 then
    return 1
  end
end
return 0
