-- All that there is of some players, and where the game stands, at one moment.
-- KEYS  1 game  2 leaderboard  3 names  4 kicked  5 answered  6 ... answers of each question
-- ARGV  1 game id  2 how many fields of the phase, then these, then players ...
-- Returns nil if the PIN is another game's, else {the fields' values, {score, nickname, kicked 0 or 1, answered, receipt JSON ...} ...}
-- with nil for what there is not.
-- Changes nothing.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return false
end
local last = 2 + ARGV[2]
local result = { redis.call('HMGET', KEYS[1], unpack(ARGV, 3, last)) }
for i = last + 1, #ARGV do
  local player = ARGV[i]
  local name, kicked = redis.call('HGET', KEYS[3], player), redis.call('SISMEMBER', KEYS[4], player)
  local row = { redis.call('ZSCORE', KEYS[2], player), name, kicked, redis.call('HGET', KEYS[5], player) }
  for key = 6, #KEYS do
    row[#row + 1] = redis.call('HGET', KEYS[key], player)
  end
  result[#result + 1] = row
end
return result
