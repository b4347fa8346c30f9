-- Shows that a node lives, and counts those that do.
--
-- KEYS[1]  sorted set: node -> when it was last there, in microseconds of Redis' clock
-- KEYS[2]  the same of the nodes that know of leases, as all of this version do
-- ARGV     node, for how many microseconds it counts as living, for how many milliseconds it is
--          remembered
--
-- { living nodes, now, when this node was last there (0: unknown), living nodes that know of leases }

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local alive, keep = tonumber(ARGV[2]), tonumber(ARGV[3])

local function int(number)
    return string.format('%.0f', number)
end

local function beat(key)
    local is = redis.call('TYPE', key).ok
    if is ~= 'zset' and is ~= 'none' then
        redis.call('DEL', key)
    end
    local last = tonumber(redis.call('ZSCORE', key, ARGV[1]) or 0)
    redis.call('ZADD', key, int(now), ARGV[1])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', int(now - keep * 1000))
    -- Of a clock that was ahead: those nodes that live will be there again in a moment.
    redis.call('ZREMRANGEBYSCORE', key, int(now + alive), '+inf')
    redis.call('PEXPIRE', key, int(keep))
    return redis.call('ZCOUNT', key, int(now - alive), '+inf'), last
end

local nodes, last = beat(KEYS[1])
local leasing = beat(KEYS[2])
return { nodes, now, last, leasing }
