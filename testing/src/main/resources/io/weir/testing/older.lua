-- Makes all that is counted for an application older: as if the clock of Redis, and those of the
-- nodes, had moved. COMPATIBILITY.md has the forms of the keys. Nodes stay as young as they are: they
-- live, and a heartbeat that is missing is a loss of counts.
--
-- KEYS[1]  the key of the nodes, weir:<application>:nodes
-- ARGV     by how many microseconds; then the kinds of calendar quotas whose period has ended

local prefix = string.sub(KEYS[1], 1, -6)
local micros = tonumber(ARGV[1])
local millis = math.ceil(micros / 1000)
local over = {}
for i = 2, #ARGV do
    over[ARGV[i]] = true
end

local function int(number)
    return string.format('%.0f', number)
end

-- A sorted set of times.
local function scores(key, by)
    local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    for i = 1, #members, 2 do
        redis.call('ZADD', key, int(tonumber(members[i + 1]) - by), members[i])
    end
end

-- "time:permits", and in the first ":newest:sum" behind it.
local function runs(key)
    for i, run in ipairs(redis.call('LRANGE', key, 0, -1)) do
        local at, count, newest, sum = string.match(run, '^(%d+):(%d+):(%d+):(%d+)$')
        if at then
            run = int(at - micros) .. ':' .. count .. ':' .. int(newest - micros) .. ':' .. sum
        else
            at, count = string.match(run, '^(%d+):(%d+)$')
            run = int(at - micros) .. ':' .. count
        end
        redis.call('LSET', key, i - 1, run)
    end
end

-- "level:at", also behind what is gone of a bucket.
local function bucket(key)
    local before, at = string.match(redis.call('GET', key), '^(.*:)(%d+)$')
    redis.call('SET', key, before .. int(at - micros))
end

local function older(key)
    local kind = string.match(key, '}:([^{}]*)$') or string.sub(key, #prefix + 1)
    if string.find(kind, '^quota%-') then
        if over[kind] then
            redis.call('DEL', key)
        end
        return
    end
    local left = redis.call('PTTL', key) -- 0 in the millisecond in which it ends
    if left >= 0 and left <= millis then
        redis.call('DEL', key)
        return
    end
    if kind == 'resets' then
        scores(key, micros)
    elseif string.find(kind, '^rrl%-.*:permits$') then
        scores(key, millis)
    elseif string.find(kind, '^log2%-') then
        runs(key)
    elseif string.find(kind, '^bucket') then
        bucket(key)
    end
    if left > 0 then
        redis.call('PEXPIRE', key, int(left - millis))
    end
end

local keys, known = {}, {}
local cursor = '0'
repeat
    local page = redis.call('SCAN', cursor, 'MATCH', prefix .. '*', 'COUNT', 1000)
    cursor = page[1]
    for _, key in ipairs(page[2]) do
        if key ~= KEYS[1] and not known[key] and not string.find(key, '^' .. 'weir:[^:]*:probe:') then
            known[key] = true
            keys[#keys + 1] = key
        end
    end
until cursor == '0'
for _, key in ipairs(keys) do
    older(key)
end
return { #keys }
