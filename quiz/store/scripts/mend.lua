-- Puts right what adding up goes by: who may be on the board, and which questions players are said to have answered.
-- KEYS  1 game  2 leaderboard  3 names  4 kicked  5 answered  6 ... answers of each question
-- ARGV  1 game id, then players ...
-- Returns how many were wrong, or nil if the PIN is another game's.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return false
end
local wrong, removed = 0, 0
for i = 2, #ARGV do
  local player = ARGV[i]
  if redis.call('HEXISTS', KEYS[3], player) == 0 or redis.call('SISMEMBER', KEYS[4], player) == 1 then
    removed = removed + redis.call('ZREM', KEYS[2], player)
  else
    local said, list, listed = redis.call('HGET', KEYS[5], player) or '', {}, {}
    local function check(index)
      local key = KEYS[6 + index]
      if key and not listed[index] and redis.call('HEXISTS', key, player) == 1 then
        listed[index] = true
        list[#list + 1] = string.format('%d', index)
      end
    end
    for index in string.gmatch(said, '%d+') do -- those that are right keep their order
      check(tonumber(index))
    end
    for index = 0, #KEYS - 6 do
      check(index)
    end
    local is = table.concat(list, ',')
    if is ~= said then
      wrong = wrong + 1
      if is == '' then
        redis.call('HDEL', KEYS[5], player)
      else
        redis.call('HSET', KEYS[5], player, is)
      end
    end
  end
end
if removed > 0 then
  redis.call('HINCRBY', KEYS[1], 'board', 1)
end
return wrong + removed
