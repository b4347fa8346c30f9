-- The clock of take.lua and mend.lua, the only place that reads it: microseconds since 1970, below 2^53.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
