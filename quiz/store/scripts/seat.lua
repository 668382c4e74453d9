-- Gives players back the seats that they had.
-- KEYS  1 game  2 leaderboard  3 names  4 folded  5 kicked  6 teams
-- ARGV  1 game id, then player, nickname, its comparison form, what it looks like, stamp, team or "" ...
-- Returns how many were missing, or nil if the PIN is another game's.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return false
end
local missing, seated = 0, false
for i = 2, #ARGV, 6 do
  local player, team = ARGV[i], ARGV[i + 5]
  if redis.call('HSETNX', KEYS[3], player, ARGV[i + 1]) == 1 then
    missing = missing + 1
    redis.call('HSETNX', KEYS[1], 'number:' .. player, redis.call('HLEN', KEYS[3]))
    redis.call('HSETNX', KEYS[4], ARGV[i + 2], player)
    redis.call('HSETNX', KEYS[4], ARGV[i + 3], player)
    if redis.call('SISMEMBER', KEYS[5], player) == 0 then
      redis.call('ZADD', KEYS[2], 'NX', string.format('%.17g', 0.5 - ARGV[i + 4] / 4294967296), player)
    end
  end
  -- Looked at by itself: a worker of the release before may have brought the seat.
  if team ~= '' and redis.call('HSETNX', KEYS[6], player, team) == 1 and redis.call('SISMEMBER', KEYS[5], player) == 0 then
    redis.call('HINCRBY', KEYS[1], 'team:' .. team, 1)
    seated = true
  end
end
if missing > 0 or seated then
  redis.call('HINCRBY', KEYS[1], 'board', 1)
end
return missing
