-- What Redisson's RRateLimiter (layout of 4.7.0) does not tell: permits left and waits. Writes
-- nothing. Times are milliseconds of the callers' clocks, as in RRateLimiter itself.
--
-- KEYS[1]  hash: rate, interval, type, keepAliveTime
-- KEYS[2]  ":value": rate - permits of all members of KEYS[3], expired ones included
-- KEYS[3]  ":permits": sorted set by time; a member is struct 'Bc0I': random text, permits
-- ARGV     now, permits, interval, keep-alive, cost (0 to look only), the most that a time may lie
--          in the future
--
-- { 0 }    nothing is used
-- { 1, remaining, wait, time until remaining grows by one }
-- { 2 }    this is not what rrl-prepare.lua and RRateLimiter leave behind: prepare, then ask again

local now, permits, interval = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local cost, ahead = tonumber(ARGV[5]), tonumber(ARGV[6])

local hash = redis.pcall('HMGET', KEYS[1], 'rate', 'interval', 'type', 'keepAliveTime')
local value = redis.pcall('GET', KEYS[2])
local count = redis.pcall('ZCARD', KEYS[3])
if hash.err or type(value) == 'table' or type(count) == 'table' then
    return { 2 }
end
if not hash[1] and not value and count == 0 then
    return { 0 }
end
if
    hash[1] ~= ARGV[2]
    or hash[2] ~= ARGV[3]
    or hash[3] ~= '0'
    or hash[4] ~= ARGV[4]
    or (value and not tonumber(value))
then
    return { 2 }
end

local function permits_of(member)
    local ok, _, number = pcall(struct.unpack, 'Bc0I', member)
    return ok and tonumber(number) or nil
end

-- Is every used permit in the set? With one permit a member, counting them says it.
local used = value and permits - tonumber(value) or 0
if count > used then
    return { 2 }
end
if count < used then
    local sum = 0
    for _, member in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
        sum = sum + (permits_of(member) or 0)
    end
    if sum ~= used then
        return { 2 }
    end
end
if count == 0 then
    return { 1, permits, 0, 0 }
end
local newest = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')
if tonumber(newest[2]) > now + ahead then
    return { 2 }
end

-- From the oldest: the expired, then those that must be free again first. Nearly always the oldest
-- is enough, and to fetch more of them would take most of the time.
local wait, until_next, freed
local need, need_next
local first, many = 0, 1
while first < count do
    local members = redis.call('ZRANGE', KEYS[3], first, first + many - 1, 'WITHSCORES')
    first = first + many
    many = math.min(100, many * 10)
    for i = 1, #members, 2 do
        local number = permits_of(members[i])
        if not number then
            return { 2 }
        end
        local left = tonumber(members[i + 1]) + interval - now
        if left <= 0 then
            used = used - number
        else
            if not freed then
                freed = 0
                need = cost > 0 and used + cost - permits or 0
                need_next = math.max(1, used + 1 - permits)
            end
            freed = freed + number
            left = math.min(left, interval)
            if not wait and freed >= need then
                wait = need > 0 and left or 0
            end
            if not until_next and freed >= need_next then
                until_next = left
            end
            if wait and until_next then
                return { 1, math.max(0, permits - used), wait, until_next }
            end
        end
    end
end
return { 1, math.max(0, permits - used), wait or 0, until_next or 0 }
