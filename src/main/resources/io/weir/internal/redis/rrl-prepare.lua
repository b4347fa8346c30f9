-- Sets the rate of Redisson's RRateLimiter (layout of 4.7.0: see rrl-read.lua) and mends what is
-- missing or strange, keeping the permits that are used. Unlike setRate with keepState it lets
-- ":value" go below zero when the rate was lowered: at zero, each permit that expires would admit
-- another although more are used than the rate allows.
--
-- KEYS[1]  hash, KEYS[2] ":value", KEYS[3] ":permits"
-- ARGV     now, permits, interval, keep-alive, the most that a time may lie in the future, whether
--          to look at each member: 1, or 0 unless something is missing or strange

local now, permits, interval = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local ahead = tonumber(ARGV[5])

local types = { 'hash', 'string', 'zset' }
for i = 1, 3 do
    local is = redis.call('TYPE', KEYS[i]).ok
    if is ~= types[i] and is ~= 'none' then
        redis.call('DEL', KEYS[i])
    end
end

local function whole(text)
    local number = tonumber(text or '')
    if number and number == math.floor(number) and math.abs(number) < 2 ^ 53 then
        return number
    end
    return nil
end

-- Another node has prepared it: only the rate may have to be changed, and TTLs stay as they are.
-- What the members hold is left to rrl-read.lua, which looks closer when somebody is refused.
if ARGV[6] ~= '1' then
    local hash = redis.call('HMGET', KEYS[1], 'rate', 'interval', 'type', 'keepAliveTime')
    local rate, value = whole(hash[1]), whole(redis.call('GET', KEYS[2]))
    if
        rate
        and value
        and hash[2] == ARGV[3]
        and hash[3] == '0'
        and hash[4] == ARGV[4]
        and (value == rate or redis.call('ZCARD', KEYS[3]) > 0)
        and redis.call('ZCARD', KEYS[3]) <= rate - value
        and redis.call('ZCOUNT', KEYS[3], string.format('(%.0f', now + ahead), '+inf') == 0
    then
        if rate ~= permits then
            redis.call('HSET', KEYS[1], 'rate', ARGV[2])
            redis.call('DECRBY', KEYS[2], string.format('%.0f', rate - permits))
        end
        return 0
    end
end

local rate = whole(redis.call('HGET', KEYS[1], 'rate'))
local value = whole(redis.call('GET', KEYS[2]))
local members = redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES')

local used, all = 0, 0
for i = 1, #members, 2 do
    local member, at = members[i], tonumber(members[i + 1])
    local ok, _, number = pcall(struct.unpack, 'Bc0I', member)
    number = ok and tonumber(number) or 0
    if number < 1 or number > 2147483647 then
        redis.call('ZREM', KEYS[3], member)
    elseif at + interval <= now then
        redis.call('ZREM', KEYS[3], member)
        all = all + number
    else
        all = all + number
        used = used + number
        if at > now + ahead then
            redis.call('ZADD', KEYS[3], ARGV[1], member)
        end
    end
end

-- ":value" says that more are used than the set holds: the set was lost, and with it when they were
-- taken. They count as taken now, so that nobody gets more than the limit.
local before = rate or (#members == 0 and permits)
if value and before then
    local lost = math.min(before - value - all, permits)
    if lost > 0 then
        local name = string.format('%016.0f', now)
        redis.call('ZADD', KEYS[3], ARGV[1], struct.pack('Bc0I', #name, name, lost))
        used = used + lost
    end
end

redis.call(
    'HSET', KEYS[1], 'rate', ARGV[2], 'interval', ARGV[3], 'type', '0', 'keepAliveTime', ARGV[4]
)
redis.call('SET', KEYS[2], string.format('%.0f', permits - used))
for i = 1, 3 do
    redis.call('PEXPIRE', KEYS[i], ARGV[4])
end
return 1
