-- Ends all sessions of hosts up to a second each, which only grows.
-- KEYS  1 hash: host → second
-- ARGV  host, second ...
for i = 1, #ARGV, 2 do
  if tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or 0) < tonumber(ARGV[i + 1]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
return redis.status_reply('OK')
