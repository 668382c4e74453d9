-- A player's answers to some questions.
-- KEYS  the answers of each question
-- ARGV  1 player
-- Returns receipts, JSON, in the order of the keys; "" where there is none.
-- Changes nothing.
local found = {}
for _, key in ipairs(KEYS) do
  found[#found + 1] = redis.call('HGET', key, ARGV[1]) or ''
end
return found
