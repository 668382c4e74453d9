-- Replaces a field of a hash, if it is still what was read.
-- KEYS  1 hash
-- ARGV  1 field  2 what was read, or nothing where there was no field  3 the new one
-- Returns 1, or 0 if it is another one by now, or gone.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
