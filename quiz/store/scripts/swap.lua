-- Replaces a record, if it is still the one that was read.
-- KEYS  1 record
-- ARGV  1 SHA-1 of the one that was read, which may be large  2 the new one
-- Returns 1, or 0 if it is another one by now, or gone.
if redis.sha1hex(redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
