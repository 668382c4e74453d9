-- Takes a guess of an address and of the service, which both come back bit by bit. The less the service has left, the more of
-- its own a guess costs the address: so many addresses together do not get many times what one gets.
-- KEYS  1 guesses of the address  2 guesses of the service
-- ARGV  1 most of the address  2 most of the service  3 ms in which all come back
-- Returns 0 and the thousandths of a guess that it costs, or the ms to wait and 0; then what is spent of the address's guesses
-- and of the service's, in thousandths.
local most, most_all, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function spent(which, of)
  local found = redis.call('HMGET', KEYS[which], 'spent', 'at')
  if not found[1] then
    return 0
  end
  return math.max(0, found[1] - math.max(0, now - found[2]) * of / window)
end

local function keep(which, value)
  redis.call('HSET', KEYS[which], 'spent', string.format('%.6f', value), 'at', string.format('%d', now))
  redis.call('PEXPIRE', KEYS[which], window)
end

local its, all = spent(1, most), spent(2, most_all)
local cost = math.min(most, most_all / math.max(most_all - all, 1e-6))
local wait = 0
if all + 1 > most_all then
  wait = (all + 1 - most_all) * window / most_all
end
if its + cost > most then
  wait = math.max(wait, (its + cost - most) * window / most)
end
if wait > 0 then
  return {math.ceil(wait), 0, math.floor(its / most * 1000), math.floor(all / most_all * 1000)}
end
keep(1, its + cost)
keep(2, all + 1)
return {0, math.ceil(cost * 1000), math.floor((its + cost) / most * 1000), math.floor((all + 1) / most_all * 1000)}
