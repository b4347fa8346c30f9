-- What each node has counted lately, for the console: a node writes its own, and reads all.
--
-- KEYS[1]  sorted set: "node\ntext" -> when it was written, in milliseconds of Redis' clock
-- ARGV     node, text (empty: it writes nothing), for how many milliseconds it is shown
--
-- { node, text, ... }

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local shown = tonumber(ARGV[3])

local is = redis.call('TYPE', KEYS[1]).ok
if is ~= 'zset' and is ~= 'none' then
    redis.call('DEL', KEYS[1])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - shown))

local answer = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local node, text = string.match(member, '^([^\n]*)\n(.*)$')
    if not node or node == ARGV[1] then
        redis.call('ZREM', KEYS[1], member)
    else
        answer[#answer + 1] = node
        answer[#answer + 1] = text
    end
end
if ARGV[2] ~= '' then
    redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1] .. '\n' .. ARGV[2])
    answer[#answer + 1] = ARGV[1]
    answer[#answer + 1] = ARGV[2]
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return answer
