-- Forgets all that is counted for an application. Nodes stay known, or they would miss their counts.
--
-- KEYS[1]  the key of the nodes, weir:<application>:nodes

local prefix = string.sub(KEYS[1], 1, -6)
local cursor = '0'
repeat
    local page = redis.call('SCAN', cursor, 'MATCH', prefix .. '*', 'COUNT', 1000)
    cursor = page[1]
    for _, key in ipairs(page[2]) do
        if key ~= KEYS[1] then
            redis.call('DEL', key)
        end
    end
until cursor == '0'
return {}
