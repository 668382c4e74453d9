-- Takes a player off the board for good; the nickname stays taken.
-- KEYS  1 game  2 leaderboard  3 names  4 kicked  5 teams, where the game has any
-- ARGV  1 game id  2 player
-- Returns {"gone"}, {"not_joined"}, or {"ok", nickname}.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return { 'gone' }
end
local name = redis.call('HGET', KEYS[3], ARGV[2])
if not name then
  return { 'not_joined' }
end
if redis.call('SADD', KEYS[4], ARGV[2]) == 1 then
  redis.call('ZREM', KEYS[2], ARGV[2])
  local team = KEYS[5] and redis.call('HGET', KEYS[5], ARGV[2])
  if team then -- the next may be assigned to it
    redis.call('HINCRBY', KEYS[1], 'team:' .. team, -1)
  end
  redis.call('HINCRBY', KEYS[1], 'board', 1)
  local left = redis.call('PTTL', KEYS[1])
  if left > 0 then -- a finished game: what is new goes with it
    redis.call('PEXPIRE', KEYS[4], left)
  end
end
return { 'ok', name }
