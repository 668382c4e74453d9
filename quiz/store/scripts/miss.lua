-- Notes, once, that a self-paced player let a question's time run out: that ends the streak.
-- KEYS  1 game  2 streaks  3 opened
-- ARGV  1 game id  2 player  3 field of the question in "opened"
-- The time in "opened" becomes negative: seen, and missed.
if redis.call('HGET', KEYS[1], 'id') == ARGV[1] then
  local opened = tonumber(redis.call('HGET', KEYS[3], ARGV[3]) or '0')
  if opened > 0 then
    redis.call('HSET', KEYS[3], ARGV[3], string.format('%.0f', -opened))
    redis.call('HSET', KEYS[2], ARGV[2], 0)
  end
end
return 1
