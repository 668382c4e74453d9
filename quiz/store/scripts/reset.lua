-- Sets all scores to 0 and forgets what was answered.
-- KEYS  1 game  2 leaderboard  3 ... what is forgotten
-- ARGV  1 game id
-- Returns "gone", or the new generation.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return 'gone'
end
for i = 3, #KEYS do
  redis.call('DEL', KEYS[i])
end
for _, player in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  redis.call('ZADD', KEYS[2], 0, player)
end
redis.call('HINCRBY', KEYS[1], 'board', 1)
-- What was answered before does not come back, whoever still holds a record of it. A game begins with generation 1.
redis.call('HSETNX', KEYS[1], 'generation', 1)
return redis.call('HINCRBY', KEYS[1], 'generation', 1)
