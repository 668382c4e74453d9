-- Stores a new game unless its PIN is in use.
-- KEYS  1 game  2 content  3 sent, then every other key of the game
-- ARGV  1 content JSON, then field, value ... of the game hash
-- Returns 1 if stored, 0 if the PIN is taken.
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
for i = 3, #KEYS do -- what may be left of an older game with this PIN
  redis.call('DEL', KEYS[i])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('SET', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[3], 'board_at', 0) -- made now, so that a finished game's expiry finds it
return 1
