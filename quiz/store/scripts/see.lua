-- Brings when players first saw self-paced questions, or that they missed them.
-- KEYS  1 game  2 opened
-- ARGV  1 game id  2 generation  then field of "opened", time ...
-- Returns 1, or 0 if the PIN is another game's or nobody's. Nothing is written if there was a reset since.
local is = redis.call('HMGET', KEYS[1], 'id', 'generation')
if is[1] ~= ARGV[1] then
  return 0
end
if (is[2] or '1') ~= ARGV[2] then
  return 1
end
for i = 3, #ARGV, 2 do
  local known = tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '')
  if not known or (known > 0 and tonumber(ARGV[i + 1]) < 0) then
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
return 1
