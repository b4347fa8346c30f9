-- What operators have set for all nodes: each node tells what it knows, and reads what there is.
--
-- KEYS[1]  sorted set: "policy\nversion\ntext" -> when it ends, in milliseconds of Redis' clock
-- ARGV     for each that a node knows: policy, version, for how many milliseconds it lasts,
--          1 if it is new and has to win, text (no policy, and no version, has a line break)
--
-- { policy, version, for how many milliseconds it lasts, text, ... }

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function int(number)
    return string.format('%.0f', number)
end

local is = redis.call('TYPE', KEYS[1]).ok
if is ~= 'zset' and is ~= 'none' then
    redis.call('DEL', KEYS[1])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', int(now))

local known = {}
local all = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #all, 2 do
    local policy, version, text = string.match(all[i], '^([^\n]*)\n(%d+)\n(.*)$')
    if policy then
        known[policy] = { tonumber(version), tonumber(all[i + 1]), text, all[i] }
    else
        redis.call('ZREM', KEYS[1], all[i])
    end
end

for i = 1, #ARGV, 5 do
    local there = known[ARGV[i]]
    local version = tonumber(ARGV[i + 1])
    if there and ARGV[i + 3] == '1' then
        version = math.max(version, there[1] + 1)
    end
    if not there or version > there[1] then
        if there then
            redis.call('ZREM', KEYS[1], there[4])
        end
        local ends = now + tonumber(ARGV[i + 2])
        local member = ARGV[i] .. '\n' .. int(version) .. '\n' .. ARGV[i + 4]
        redis.call('ZADD', KEYS[1], int(ends), member)
        known[ARGV[i]] = { version, ends, ARGV[i + 4], member }
    end
end

local answer, last = {}, 0
for policy, one in pairs(known) do
    answer[#answer + 1] = policy
    answer[#answer + 1] = int(one[1])
    answer[#answer + 1] = int(one[2] - now)
    answer[#answer + 1] = one[3]
    last = math.max(last, one[2] - now)
end
if last > 0 then
    redis.call('PEXPIRE', KEYS[1], int(last))
end
return answer
