-- Erases what there is of a player in a game that is over; that they may not come back stays.
-- KEYS  1 game  2 leaderboard  3 names  4 folded  5 streaks  6 answered  7 opened  8 presence  9 roster  10 teams  11... answers
-- ARGV  1 game id  2 player
-- Returns 1, or 0 if the PIN is another game's.
local id, player = ARGV[1], ARGV[2]
if redis.call('HGET', KEYS[1], 'id') ~= id then
  return 0
end
redis.call('ZREM', KEYS[2], player)
local folded = redis.call('HGETALL', KEYS[4])
for i = 1, #folded, 2 do
  if folded[i + 1] == player then
    redis.call('HDEL', KEYS[4], folded[i])
  end
end
redis.call('HDEL', KEYS[3], player)
redis.call('HDEL', KEYS[1], 'renamed:' .. player, 'number:' .. player)
redis.call('HDEL', KEYS[5], player)
redis.call('HDEL', KEYS[6], player)
redis.call('HDEL', KEYS[10], player)
for index = 11, #KEYS do
  redis.call('HDEL', KEYS[7], player .. '|' .. (index - 11))
  redis.call('HDEL', KEYS[index], player)
end
for _, member in ipairs(redis.call('SMEMBERS', KEYS[8])) do
  if string.sub(member, 1, #player + 1) == player .. '|' then
    redis.call('SREM', KEYS[8], member)
  end
end
redis.call('DEL', KEYS[9])
return 1
