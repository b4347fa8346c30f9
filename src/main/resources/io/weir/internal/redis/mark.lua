-- Says that a key was reset. To be run when its counts are deleted, never before.
--
-- KEYS[1]  sorted set of the latest resets: <policy>:{<key>} -> number
-- ARGV     <policy>:{<key>}, for how many microseconds resets are kept, how many of them at most,
--          for how many milliseconds the set is kept
--
-- the number, higher than any before and else the time of Redis in microseconds; 0: the set is full

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])

local function int(number)
    return string.format('%.0f', number)
end

local is = redis.call('TYPE', KEYS[1]).ok
if is ~= 'zset' and is ~= 'none' then
    redis.call('DEL', KEYS[1])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', int(now - tonumber(ARGV[2])))
redis.call('ZREMRANGEBYSCORE', KEYS[1], int(2 ^ 53), '+inf') -- no time
if
    redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3])
    and not redis.call('ZSCORE', KEYS[1], ARGV[1])
then
    return 0
end
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
local number = math.max(now, (tonumber(last[2]) or 0) + 1)
redis.call('ZADD', KEYS[1], int(number), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return number
