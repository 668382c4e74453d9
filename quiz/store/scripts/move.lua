-- Replaces a game's phase if it is still the expected one, and puts a question's points on the board when it is left.
-- KEYS  1 game  2 leaderboard  3 streaks  4 answers of the question that is left
-- ARGV  1 game id  2 version expected  3 "1" if a question is left  4 "1" if that was a poll  then field, value ... of the new phase
-- Returns "gone", "stale" or "ok".
local is = redis.call('HMGET', KEYS[1], 'id', 'version')
if is[1] ~= ARGV[1] then
  return 'gone'
end
if is[2] ~= ARGV[2] then
  return 'stale'
end
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
if ARGV[3] == '1' then
  local streaks = {}
  local answers = redis.call('HGETALL', KEYS[4])
  for i = 1, #answers, 2 do
    local player, record = answers[i], cjson.decode(answers[i + 1])
    local now = tonumber(redis.call('ZSCORE', KEYS[2], player) or '')
    if now then -- a kicked player has none
      if record.points > 0 then
        local score = math.floor(now) + record.points + 0.5 - record.stamp / 4294967296
        redis.call('ZINCRBY', KEYS[2], string.format('%.17g', score - now), player)
      end
      if record.right == true then
        -- A record from an outage may not have known how long the streak was.
        streaks[#streaks + 1] = { player, (redis.call('HGET', KEYS[3], player) or 0) + 1 }
      end
    end
  end
  if ARGV[4] ~= '1' then -- a wrong answer and none at all end a streak, a poll does not
    redis.call('DEL', KEYS[3])
    for _, one in ipairs(streaks) do
      redis.call('HSET', KEYS[3], one[1], string.format('%d', one[2]))
    end
  end
  redis.call('HINCRBY', KEYS[1], 'board', 1)
end
return 'ok'
