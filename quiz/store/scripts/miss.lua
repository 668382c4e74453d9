-- Notes, once, that a self-paced player let a question's time run out: that ends the streak.
-- KEYS  1 game  2 streaks  3 opened
-- ARGV  1 game id  2 player  3 field of the question in "opened"
-- The time in "opened" becomes the one at which it was missed, in the order of all that happens in the game, and negative.
local is = redis.call('HMGET', KEYS[1], 'id', 'created_at', 'stamp')
if is[1] == ARGV[1] then
  local opened = tonumber(redis.call('HGET', KEYS[3], ARGV[3]) or '0')
  if opened > 0 then
    local time = redis.call('TIME')
    local stamp = math.max(time[1] * 1000 + math.floor(time[2] / 1000) - is[2], is[3] + 1, 0)
    stamp = math.min(stamp, 2147483647)
    redis.call('HSET', KEYS[1], 'stamp', string.format('%d', stamp))
    redis.call('HSET', KEYS[3], ARGV[3], string.format('%.0f', -is[2] - stamp))
    redis.call('HSET', KEYS[2], ARGV[2], 0)
  end
end
return 1
