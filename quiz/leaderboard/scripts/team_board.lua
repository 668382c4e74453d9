-- Adds up the points of each team's members, and decides whether the caller broadcasts them.
-- KEYS  1 game  2 leaderboard  3 teams  4 sent
-- ARGV  1 game id  2 how many teams  3 window in ms, or "" to read only
-- Returns {"gone"}; {"wait", ms} (0: nothing new to tell); or {"teams", epoch, version, points, players, points, players ...}.
-- Adding up takes a microsecond or two for each player, so it is done once in a window that grows with them, and kept: whoever
-- reads in between gets what is kept.
local WINDOW_OF_EACH = 0.2
local is = redis.call('HMGET', KEYS[1], 'id', 'epoch', 'board')
if is[1] ~= ARGV[1] then
  return { 'gone' }
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window = math.floor(redis.call('ZCARD', KEYS[2]) * WINDOW_OF_EACH)
local sent = redis.call('HMGET', KEYS[4], 'teams', 'teams_at', 'team_sums', 'team_sums_at')
local edition = is[2] .. ':' .. is[3]
if ARGV[3] ~= '' then
  if sent[1] == edition then
    return { 'wait', 0 }
  end
  window = math.max(window, tonumber(ARGV[3]))
  local since = now - (sent[2] or 0)
  if since >= 0 and since < window then
    return { 'wait', window - since }
  end
  redis.call('HSET', KEYS[4], 'teams', edition, 'teams_at', string.format('%d', now))
end

local kept = sent[3] and cjson.decode(sent[3])
if kept then
  local since = now - (sent[4] or 0)
  if kept[1] .. ':' .. kept[2] == edition or (ARGV[3] == '' and since >= 0 and since < window) then
    return { 'teams', unpack(kept) }
  end
end
local team_of, sums = {}, {}
local members = redis.call('HGETALL', KEYS[3])
for i = 1, #members, 2 do
  team_of[members[i]] = tonumber(members[i + 1])
end
for i = 1, 2 * ARGV[2] do
  sums[i] = 0
end
local board = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for i = 1, #board, 2 do
  local team = team_of[board[i]]
  if team and team < tonumber(ARGV[2]) then
    sums[2 * team + 1] = sums[2 * team + 1] + math.floor(tonumber(board[i + 1]))
    sums[2 * team + 2] = sums[2 * team + 2] + 1
  end
end
for i = 1, #sums do
  sums[i] = string.format('%.0f', sums[i])
end
local found = { is[2], is[3], unpack(sums) }
redis.call('HSET', KEYS[4], 'team_sums', cjson.encode(found), 'team_sums_at', string.format('%d', now))
return { 'teams', unpack(found) }
