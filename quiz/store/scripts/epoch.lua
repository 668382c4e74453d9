-- Begins a new epoch of a game's boards: what was told before is older, whatever its version.
-- KEYS  1 game
-- ARGV  1 game id  2 least epoch
-- Returns the game's generation, or 0 if the PIN is another game's or nobody's.
local is = redis.call('HMGET', KEYS[1], 'id', 'epoch', 'generation')
if is[1] ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'epoch', string.format('%d', math.max(tonumber(ARGV[2]), is[2] + 1)))
redis.call('HINCRBY', KEYS[1], 'board', 1)
return tonumber(is[3] or '1')
