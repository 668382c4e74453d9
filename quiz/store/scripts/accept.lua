-- Records an answer: the first one of a player to a question, in time by this server's clock.
-- KEYS  1 game  2 leaderboard  3 names  4 streaks  5 kicked  6 answered  7 opened  8 answers of the question
-- ARGV  the same for every answer to a question:  1 game id  2 index of the question  3 full points  4 time limit, ms
--       5 scoring profile  6 "1" with streak bonus  7 "1" if live  8 grace, ms  9 "1" if time limits count (self-paced)
--       of this one:  10 player  11 right: "1", "0", or "" for a poll  12 answer, JSON  13 credit, ms  14 when it came, ms, or ""
-- Returns {status, receipt JSON?, generation?, epoch?, version?}, the last two of the board where its points changed.
-- Status: "new", "again" (with the first receipt), "gone", "kicked", "not_joined", "question_not_open", "too_late".
-- The points are those of quiz.domain.scoring; a contract test holds the two together.
local player, index, right = ARGV[10], tonumber(ARGV[2]), ARGV[11]
local is = redis.call('HMGET', KEYS[1], 'id', 'state', 'index', 'opened_at', 'closes_at', 'created_at', 'stamp', 'resume_to', 'epoch', 'generation', 'extended')
if is[1] ~= ARGV[1] then
  return { 'gone' }
end
if redis.call('SISMEMBER', KEYS[5], player) == 1 then
  return { 'kicked' }
end
if redis.call('HEXISTS', KEYS[3], player) == 0 then
  return { 'not_joined' }
end
local first = redis.call('HGET', KEYS[8], player)
if first then
  return { 'again', first, is[10] or '1' }
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- When it came counts, as the worker saw it by this clock, so that what it would accept without Redis is the same.
local at = math.min(tonumber(ARGV[14]) or now, now)
if now - at > 1000 then
  at = now
end
local full, limit, share = tonumber(ARGV[3]), tonumber(ARGV[4]), 100
if is[11] and is[11] ~= '{}' then -- some have more time than the others; in percent
  share = cjson.decode(is[11])[player] or 100
  limit = math.floor(limit * share / 100)
end
local live, state, current, grace = ARGV[7] == '1', is[2], tonumber(is[3]), tonumber(ARGV[8])
local opened, closes
if live then
  if index > current then
    return { 'question_not_open' }
  end
  if index == current and state == 'paused' and is[8] == 'question' then
    return { 'question_not_open' }
  end
  opened = tonumber(is[4])
  closes = opened + math.floor((is[5] - opened) * share / 100)
  if index < current or state ~= 'question' or at > closes + grace then
    return { 'too_late' }
  end
  if now < opened then
    return { 'question_not_open' }
  end
else
  if state == 'finished' then
    return { 'too_late' }
  end
  opened = tonumber(redis.call('HGET', KEYS[7], player .. '|' .. ARGV[2]) or '')
  if ARGV[9] == '1' then
    if not opened then
      return { 'question_not_open' }
    end
    if at > opened + limit + grace then
      return { 'too_late' }
    end
  end
  opened = opened or at
end

local elapsed = math.min(math.max(at - opened - ARGV[13], 0), limit)
local streak = tonumber(redis.call('HGET', KEYS[4], player) or '0')
local points = 0
if right == '1' then
  streak = streak + 1
  points = full
  if ARGV[5] == 'kahoot' and elapsed > 500 then
    points = math.floor((full * (2 * limit - elapsed) * 2 + 2 * limit) / (4 * limit))
  end
  if ARGV[6] == '1' and streak > 1 then
    points = points + math.min(100 * (streak - 1), 500)
  end
elseif right == '0' then
  streak = 0
end
local stamp = math.min(math.max(at - is[6], is[7] + 1, 0), 2147483647)

local score, rank, epoch, version = 0, 0, false, false
if not live then
  local before = tonumber(redis.call('ZSCORE', KEYS[2], player))
  score = math.floor(before) + points
  if points > 0 then
    redis.call('ZINCRBY', KEYS[2], string.format('%.17g', score + 0.5 - stamp / 4294967296 - before), player)
    epoch, version = is[9], redis.call('HINCRBY', KEYS[1], 'board', 1)
  end
  redis.call('HSET', KEYS[4], player, string.format('%d', streak))
  rank = 1 + redis.call('ZCOUNT', KEYS[2], string.format('%d', score + 1), '+inf')
end
local receipt = string.format(
  '{"answer":%s,"right":%s,"points":%d,"elapsed_ms":%d,"streak":%d,"stamp":%d,"at":%.0f,"score":%d,"rank":%d}',
  ARGV[12], right == '' and 'null' or right == '1' and 'true' or 'false', points, elapsed, streak, stamp, at, score, rank)
redis.call('HSET', KEYS[8], player, receipt)
redis.call('HSET', KEYS[1], 'stamp', string.format('%d', stamp))
local answered = redis.call('HGET', KEYS[6], player)
redis.call('HSET', KEYS[6], player, answered and (answered .. ',' .. ARGV[2]) or ARGV[2])
return { 'new', receipt, is[10] or '1', epoch, version }
