-- Reads the top of a board, and decides whether the caller broadcasts it.
-- KEYS  1 game  2 leaderboard  3 names  4 sent
-- ARGV  1 game id  2 how many  3 window in ms, or "" to read only
-- Returns {"gone"}; {"wait", ms} (0: nothing new to tell); or {"board", epoch, version, players, player, nickname, score ...}.
local is = redis.call('HMGET', KEYS[1], 'id', 'epoch', 'board')
if is[1] ~= ARGV[1] then
  return { 'gone' }
end
if ARGV[3] ~= '' then
  local told = redis.call('HMGET', KEYS[4], 'board', 'board_at')
  if told[1] == is[3] then
    return { 'wait', 0 }
  end
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local since = now - (told[2] or 0)
  if since >= 0 and since < tonumber(ARGV[3]) then
    return { 'wait', ARGV[3] - since }
  end
  redis.call('HSET', KEYS[4], 'board', is[3], 'board_at', string.format('%d', now))
end
local result = { 'board', is[2], is[3], redis.call('ZCARD', KEYS[2]) }
local top = redis.call('ZREVRANGE', KEYS[2], 0, ARGV[2] - 1, 'WITHSCORES')
for i = 1, #top, 2 do
  result[#result + 1] = top[i]
  result[#result + 1] = redis.call('HGET', KEYS[3], top[i]) or ''
  result[#result + 1] = math.floor(tonumber(top[i + 1]))
end
return result
