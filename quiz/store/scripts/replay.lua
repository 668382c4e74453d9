-- Brings answers to Redis that were accepted without it, or that it may have lost; any number of times, in any order.
-- Of two answers of a player to a question the earlier stands.
-- KEYS  1 game  2 leaderboard  3 names  4 streaks  5 kicked  6 answered  7 opened  8 ... answers of each question
-- ARGV  1 game id  2 generation  3 "1" if live  4 of each question "1" if it is a poll  then player, index, receipt JSON ...
--       (index "": the player's points are added up anew, which must follow the player's last answer)
-- Returns {"gone"}, {"old"} (there was a reset since), or {"ok", new, replaced, known, unseated, wrong sums mended}.
local is = redis.call('HMGET', KEYS[1], 'id', 'generation', 'state', 'index', 'resume_to', 'created_at', 'skipped')
if is[1] ~= ARGV[1] then
  return { 'gone' }
end
if (is[2] or '1') ~= ARGV[2] then
  return { 'old' }
end
local live, current = ARGV[3] == '1', tonumber(is[4])
local asking = is[3] == 'question' or (is[3] == 'paused' and is[5] == 'question')
local skipped = {}
for index in string.gmatch(is[7] or '', '%d+') do
  skipped[tonumber(index)] = true
end
local function counts(index)
  return not live or (not skipped[index] and (index < current or (index == current and not asking)))
end

-- Which questions a player answered: read once and written once, since it may be long.
local given_to = {}
local function note(player, index)
  local mine = given_to[player]
  if not mine then
    local all = redis.call('HGET', KEYS[6], player)
    mine = { all = all, has = {} }
    for one in string.gmatch(all or '', '%d+') do
      mine.has[one] = true
    end
    given_to[player] = mine
  end
  if not mine.has[index] then
    mine.has[index], mine[#mine + 1] = true, index
  end
end

local new, replaced, known, unseated, mended = 0, 0, 0, 0, 0
local order = {}
for i = 5, #ARGV, 3 do
  local player, index, json = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if redis.call('HEXISTS', KEYS[3], player) == 0 then
    unseated = unseated + (index == '' and 0 or 1)
  elseif index == '' then
    order[#order + 1] = player
  else
    local key = KEYS[8 + index]
    local old = redis.call('HGET', key, player)
    local put = not old
    if not old then
      new = new + 1
      note(player, index)
    elseif old == json then
      known = known + 1
    else
      local mine, its = cjson.decode(json).at, cjson.decode(old).at
      put = mine < its or (mine == its and json < old)
      if put then
        replaced = replaced + 1
      else
        known = known + 1
      end
    end
    if put then
      redis.call('HSET', key, player, json)
    end
  end
end

for player, mine in pairs(given_to) do
  if #mine > 0 then
    local more = table.concat(mine, ',')
    redis.call('HSET', KEYS[6], player, mine.all and (mine.all .. ',' .. more) or more)
  end
end

-- Which self-paced questions a player let pass, and when each was missed (negative).
local some_seen = redis.call('EXISTS', KEYS[7]) == 1
local function missed(player)
  local found, fields = {}, {}
  for index = 0, some_seen and #KEYS - 8 or -1 do
    fields[#fields + 1] = player .. '|' .. index
  end
  for i, at in ipairs(#fields > 0 and redis.call('HMGET', KEYS[7], unpack(fields)) or {}) do
    if at and tonumber(at) < 0 then
      found[i - 1] = tonumber(at)
    end
  end
  return found
end

for _, player in ipairs(order) do
  local total, stamp, given = 0, nil, {}
  for index in string.gmatch(redis.call('HGET', KEYS[6], player) or '', '%d+') do
    index = tonumber(index)
    local json = redis.call('HGET', KEYS[8 + index], player)
    if json and counts(index) then
      local receipt = cjson.decode(json)
      total = total + receipt.points
      if receipt.points > 0 then
        stamp = math.max(stamp or 0, receipt.stamp)
      end
      receipt.index = index
      given[#given + 1] = receipt
    end
  end
  if redis.call('SISMEMBER', KEYS[5], player) == 0 then
    local now = tonumber(redis.call('ZSCORE', KEYS[2], player) or '')
    if not stamp then
      stamp = now and (math.floor(now) + 0.5 - now) * 4294967296 or 0
    end
    local due = total + 0.5 - stamp / 4294967296
    if now ~= due then -- the points, or when they were reached
      redis.call('ZADD', KEYS[2], string.format('%.17g', due), player)
      mended = mended + 1
    end
    local streak = 0
    if live then
      local right = {}
      for _, receipt in ipairs(given) do
        right[receipt.index] = receipt.right
      end
      for index = 0, current do
        if counts(index) and string.sub(ARGV[4], index + 1, index + 1) ~= '1' then
          streak = right[index] == true and streak + 1 or 0
        end
      end
    else
      for index, at in pairs(missed(player)) do
        given[#given + 1] = { index = index, right = false, stamp = -at - is[6] }
      end
      table.sort(given, function(one, other)
        return one.stamp < other.stamp or (one.stamp == other.stamp and one.index < other.index)
      end)
      for _, receipt in ipairs(given) do
        if receipt.right == true then
          streak = streak + 1
        elseif receipt.right == false then
          streak = 0
        end
      end
    end
    redis.call('HSET', KEYS[4], player, string.format('%d', streak))
  end
end
if new + replaced + mended > 0 then
  redis.call('HINCRBY', KEYS[1], 'board', 1)
end
return { 'ok', new, replaced, known, unseated, mended }
