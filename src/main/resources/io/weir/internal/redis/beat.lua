-- Shows that a node lives, and counts those that do.
--
-- KEYS[1]  sorted set: node -> when it was last there, in microseconds of Redis' clock
-- ARGV     node, for how many microseconds it counts as living, for how many milliseconds it is
--          remembered
--
-- { living nodes, now, when this node was last there (0: unknown) }

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local alive, keep = tonumber(ARGV[2]), tonumber(ARGV[3])

local function int(number)
    return string.format('%.0f', number)
end

local is = redis.call('TYPE', KEYS[1]).ok
if is ~= 'zset' and is ~= 'none' then
    redis.call('DEL', KEYS[1])
end
local last = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
redis.call('ZADD', KEYS[1], int(now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', int(now - keep * 1000))
-- Of a clock that was ahead: those nodes that live will be there again in a moment.
redis.call('ZREMRANGEBYSCORE', KEYS[1], int(now + alive), '+inf')
redis.call('PEXPIRE', KEYS[1], int(keep))
return { redis.call('ZCOUNT', KEYS[1], int(now - alive), '+inf'), now, last }
