-- A guess was right, or could not be looked at: it is given back. If it was right, the address is one where the game is played.
-- KEYS  1 guesses of the address  2 guesses of the service  3 that the game is played there
-- ARGV  1 thousandths of a guess that it cost, 0 if none was taken  2 whether it was right  3 seconds to remember that
if ARGV[1] ~= '0' then
  for at, back in ipairs({ARGV[1] / 1000, 1}) do
    if redis.call('EXISTS', KEYS[at]) == 1 then
      redis.call('HINCRBYFLOAT', KEYS[at], 'spent', -back)
    end
  end
end
if ARGV[2] == '1' then
  redis.call('SET', KEYS[3], 1, 'EX', ARGV[3])
end
