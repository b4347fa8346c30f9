-- Which kinds of calendar quotas there are, such as quota-day-UTC.
--
-- KEYS[1]  the key of the nodes, weir:<application>:nodes

local prefix = string.sub(KEYS[1], 1, -6)
local kinds, known = {}, {}
local cursor = '0'
repeat
    local page = redis.call('SCAN', cursor, 'MATCH', prefix .. '*}:quota-*', 'COUNT', 1000)
    cursor = page[1]
    for _, key in ipairs(page[2]) do
        local kind = string.match(key, '}:(quota%-.*)$')
        if not known[kind] then
            known[kind] = true
            kinds[#kinds + 1] = kind
        end
    end
until cursor == '0'
return kinds
