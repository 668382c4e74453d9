-- Seats a new player. One who has a seat by this id keeps it, whatever nickname is asked for: the reply may have got lost.
-- KEYS  1 game  2 leaderboard  3 names  4 folded  5 kicked  6 presence  7 roster  8 teams
-- ARGV  1 game id  2 most players or ""  3 "1" if late joining is allowed  4 how many teams, then the names of the phase's fields,
--       and of the newcomer: id, nickname, its comparison form, what it looks like, the worker that the player is connected to or
--       "", the change for hosts as JSON, and "" without teams, else the number of the team that was chosen, "assign" or "unknown"
-- Returns {"ok", rank, team or "", the fields' values ..., time in ms}, {"again"} if the player has that seat, or {why not}.
local fields = #ARGV - 7
local player, nickname, folded, look, worker, change, team = unpack(ARGV, fields + 1)
local is = redis.call('HMGET', KEYS[1], 'id', 'state', 'locked', 'created_at', 'stamp', unpack(ARGV, 5, fields))
if is[1] ~= ARGV[1] then
  return { 'gone' }
end
local other = redis.call('HGET', KEYS[4], folded)
local alike = redis.call('HGET', KEYS[4], look)
if (other and redis.call('SISMEMBER', KEYS[5], other) == 1) or (alike and redis.call('SISMEMBER', KEYS[5], alike) == 1)
  or redis.call('SISMEMBER', KEYS[5], player) == 1 then
  return { 'kicked' }
end
if redis.call('HEXISTS', KEYS[3], player) == 1 then
  return { 'again' }
end
if is[2] == 'finished' then
  return { 'finished' }
end
if other or alike then
  return { 'nickname_taken' }
end
if is[3] == '1' then
  return { 'game_locked' }
end
if ARGV[3] ~= '1' and is[2] ~= 'lobby' and is[2] ~= 'open' then
  return { 'late' }
end
if ARGV[2] ~= '' and redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[2]) then
  return { 'game_full' }
end
if team == 'unknown' then -- asked last: who is told the teams could come in
  return { 'team_unknown' }
end
if team == 'assign' then -- to the first of the smallest
  local sizes = {}
  for i = 1, ARGV[4] do
    sizes[i] = 'team:' .. (i - 1)
  end
  local smallest
  for i, size in ipairs(redis.call('HMGET', KEYS[1], unpack(sizes))) do
    size = tonumber(size or '0')
    if not smallest or size < smallest then
      smallest, team = size, tostring(i - 1)
    end
  end
end
if team ~= '' then
  redis.call('HSET', KEYS[8], player, team)
  redis.call('HINCRBY', KEYS[1], 'team:' .. team, 1)
end
local time = redis.call('TIME')
local stamp = math.max(time[1] * 1000 + math.floor(time[2] / 1000) - is[4], is[5] + 1, 0)
stamp = math.min(stamp, 2147483647)
redis.call('HSET', KEYS[3], player, nickname)
redis.call('HSET', KEYS[4], folded, player, look, player)
redis.call('ZADD', KEYS[2], string.format('%.17g', 0.5 - stamp / 4294967296), player)
-- Names are kept of whoever is removed, so no number is given twice.
redis.call('HSET', KEYS[1], 'stamp', string.format('%d', stamp), 'number:' .. player, redis.call('HLEN', KEYS[3]))
redis.call('HINCRBY', KEYS[1], 'board', 1)
if worker ~= '' then
  redis.call('SADD', KEYS[6], player .. '|' .. worker)
  redis.call('RPUSH', KEYS[7], change)
end
local view = { 'ok', 1 + redis.call('ZCOUNT', KEYS[2], 1, '+inf'), team }
for i = 6, #is do
  view[#view + 1] = is[i]
end
view[#view + 1] = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
return view
