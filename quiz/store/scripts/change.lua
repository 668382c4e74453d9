-- Changes one key of a game by one command, unless the PIN has come to belong to another game.
-- KEYS  1 game  2 the key
-- ARGV  1 game id  2 which command: SADD, SREM, RPUSH or HINCRBY  3 ... its arguments
-- Returns 1, or 0 if the PIN is another game's or nobody's.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return 0
end
local command = ARGV[2]
if command == 'SADD' then
  redis.call('SADD', KEYS[2], unpack(ARGV, 3))
elseif command == 'SREM' then
  redis.call('SREM', KEYS[2], unpack(ARGV, 3))
elseif command == 'RPUSH' then
  redis.call('RPUSH', KEYS[2], unpack(ARGV, 3))
elseif command == 'HINCRBY' then
  redis.call('HINCRBY', KEYS[2], unpack(ARGV, 3))
else
  return redis.error_reply('ERR no such change')
end
local left = redis.call('PTTL', KEYS[1])
if left > 0 then -- a finished game: what is new goes with it
  redis.call('PEXPIRE', KEYS[2], left)
end
return 1
