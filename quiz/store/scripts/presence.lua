-- Has exactly these players be connected to a worker.
-- KEYS  1 game  2 presence
-- ARGV  1 game id  2 worker  then players
-- Returns 1, or 0 if the PIN is another game's or nobody's.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return 0
end
local here = '|' .. ARGV[2]
for _, member in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  if string.sub(member, -#here) == here then
    redis.call('SREM', KEYS[2], member)
  end
end
for i = 3, #ARGV do
  redis.call('SADD', KEYS[2], ARGV[i] .. here)
end
local left = redis.call('PTTL', KEYS[1])
if left > 0 then -- a finished game: what is new goes with it
  redis.call('PEXPIRE', KEYS[2], left)
end
return 1
