-- How one player stands.
-- KEYS  1 game  2 leaderboard  3 names  4 answered  5 kicked  6 teams, where the game has any
-- ARGV  1 game id  2 player
-- Returns {"gone"}, {"not_joined"}, or {"ok", nickname, score, rank, answered, kicked 0 or 1, team or ""}.
-- Changes nothing.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return { 'gone' }
end
local name = redis.call('HGET', KEYS[3], ARGV[2])
if not name then
  return { 'not_joined' }
end
local score = math.floor(tonumber(redis.call('ZSCORE', KEYS[2], ARGV[2]) or '0'))
local rank = 1 + redis.call('ZCOUNT', KEYS[2], string.format('%d', score + 1), '+inf')
local answered, kicked = redis.call('HGET', KEYS[4], ARGV[2]) or '', redis.call('SISMEMBER', KEYS[5], ARGV[2])
return { 'ok', name, score, rank, answered, kicked, KEYS[6] and redis.call('HGET', KEYS[6], ARGV[2]) or '' }
