-- Tells of resets that a node has not read yet, oldest first.
--
-- KEYS[1]  sorted set of the latest resets: <policy>:{<key>} -> number
-- ARGV     the one that the node has read last and its number (0: none), for how many microseconds
--          resets are kept, how many to tell at most
--
-- { now, <policy>:{<key>}, number, ... }

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])

local is = redis.call('TYPE', KEYS[1]).ok
if is == 'none' then
    return { now }
elseif is ~= 'zset' then
    redis.call('DEL', KEYS[1])
    return { now }
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - tonumber(ARGV[3])))

-- The last one is there no more, or with an earlier number: the set, or the clock, has gone back,
-- and what is not higher than that number may be new all the same. (Or the last one was too old.)
local from = '-inf'
if (tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)) >= tonumber(ARGV[2]) then
    from = '(' .. ARGV[2]
end
local answer = { now }
local found =
    redis.call('ZRANGEBYSCORE', KEYS[1], from, '(9007199254740992', 'WITHSCORES', 'LIMIT', '0', ARGV[4])
for i = 1, #found, 2 do
    answer[#answer + 1] = found[i]
    answer[#answer + 1] = tonumber(found[i + 1])
end
return answer
