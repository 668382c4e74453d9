-- Changes one key of a game by one command, unless the PIN has come to belong to another game.
-- KEYS  1 game  2 the key
-- ARGV  1 game id  2 command  3 ... its arguments
-- Returns 1, or 0 if the PIN is another game's or nobody's.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return 0
end
redis.call(ARGV[2], KEYS[2], unpack(ARGV, 3))
local left = redis.call('PTTL', KEYS[1])
if left > 0 then -- a finished game: what is new goes with it
  redis.call('PEXPIRE', KEYS[2], left)
end
return 1
