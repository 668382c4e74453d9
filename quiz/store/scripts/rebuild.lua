-- Brings a game back that this Redis has lost, or moves it on to where it was; begins a new epoch of its boards.
-- KEYS  1 game  2 content  3 sent  4 leaderboard  5 ... what a reset forgets
-- ARGV  1 game id  2 content JSON  3 least epoch  4 generation  5 phase version  then field, value ... of the phase and what stays
-- Returns "taken" (the PIN is another game's), "made", "moved" or "known".
local is = redis.call('HMGET', KEYS[1], 'id', 'version', 'generation', 'epoch')
if is[1] and is[1] ~= ARGV[1] then
  return 'taken'
end
local status = 'known'
if not is[1] then
  status = 'made'
  for i = 3, #KEYS do -- what may be left of an older game with this PIN
    redis.call('DEL', KEYS[i])
  end
  redis.call('HSET', KEYS[1], 'id', ARGV[1], 'board', 1, 'stamp', 0, 'announced', 0, 'generation', ARGV[4], unpack(ARGV, 6))
  redis.call('SET', KEYS[2], ARGV[2])
  redis.call('HSET', KEYS[3], 'board_at', 0)
elseif tonumber(is[2]) < tonumber(ARGV[5]) then
  status = 'moved'
  redis.call('HSET', KEYS[1], unpack(ARGV, 6))
end
if is[1] and redis.call('SET', KEYS[2], ARGV[2], 'NX') then
  local left = redis.call('PTTL', KEYS[1])
  if left > 0 then -- a finished game: what is new goes with it
    redis.call('PEXPIRE', KEYS[2], left)
  end
end
if is[1] and tonumber(is[3] or '1') < tonumber(ARGV[4]) then
  for i = 5, #KEYS do
    redis.call('DEL', KEYS[i])
  end
  for _, player in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
    redis.call('ZADD', KEYS[4], 0, player)
  end
  redis.call('HSET', KEYS[1], 'generation', ARGV[4])
end
local epoch = math.max(tonumber(ARGV[3]), tonumber(is[4] or '0') + 1)
redis.call('HSET', KEYS[1], 'epoch', string.format('%d', epoch))
redis.call('HINCRBY', KEYS[1], 'board', 1)
return status
