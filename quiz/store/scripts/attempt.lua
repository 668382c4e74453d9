-- Takes one of the attempts that there are in a window, or gives one back.
-- KEYS  1 counter
-- ARGV  1 "take" or "give back"  2 attempts of a window  3 its milliseconds
-- Returns 0, or the milliseconds until there are attempts again.
local used = tonumber(redis.call('GET', KEYS[1]) or 0)
if ARGV[1] == 'give back' then
  if used > 0 then
    redis.call('DECR', KEYS[1])
  end
  return 0
end
if used >= tonumber(ARGV[2]) then
  return math.max(redis.call('PTTL', KEYS[1]), 1)
end
if redis.call('INCR', KEYS[1]) == 1 and redis.call('PTTL', KEYS[1]) < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 0
