-- Has everything of a finished game go away after a while, so that its PIN is free.
-- KEYS  1 game, then every other key of the game
-- ARGV  1 game id  2 seconds
-- Returns 1, or 0 if the PIN is another game's.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return 0
end
for _, key in ipairs(KEYS) do
  redis.call('EXPIRE', key, ARGV[2])
end
return 1
