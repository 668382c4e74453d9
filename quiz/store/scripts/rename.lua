-- Gives a player another nickname. What they were called stays taken.
-- KEYS  1 game  2 names  3 folded
-- ARGV  1 game id  2 player  3 nickname  4 its comparison form  5 what it looks like  6 when it was done, or "" for now
-- Returns {"gone"}, {"not_joined"}, {"nickname_taken"}, or {"ok", when in ms}: later than every time before. An older one than that
-- which counts changes nothing.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return { 'gone' }
end
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0 then
  return { 'not_joined' }
end
for i = 4, 5 do
  local other = redis.call('HGET', KEYS[3], ARGV[i])
  if other and other ~= ARGV[2] then
    return { 'nickname_taken' }
  end
end
local field = 'renamed:' .. ARGV[2]
local last = tonumber(redis.call('HGET', KEYS[1], field) or '0')
local at = tonumber(ARGV[6])
if not at then
  local time = redis.call('TIME')
  at = math.max(time[1] * 1000 + math.floor(time[2] / 1000), last + 1)
end
local when = string.format('%d', at)
if at > last then
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
  redis.call('HSET', KEYS[3], ARGV[4], ARGV[2], ARGV[5], ARGV[2])
  redis.call('HSET', KEYS[1], field, when)
  redis.call('HINCRBY', KEYS[1], 'board', 1)
end
return { 'ok', when }
