-- Takes permits where nothing is strange, which is what nearly every call does: one limit each of
-- several policies and keys, which have nothing to do with each other. What it leaves is done by
-- mend.lua, where the forms of the keys are described. clock.lua stands before this text and defines
-- "now" in microseconds.
--
-- KEYS[i]  the i-th limit's key
-- ARGV[i]  what to do with it, with a space between; one text, because the client makes two buffers
--          of each argument. Either
--          'log', permits to take (at most the limit's), permits, TTL (the window in milliseconds,
--          and one)
--          or 'bucket', permits to take (at most the burst), permits, window in units, burst,
--          microseconds of a unit, and behind a semicolon what a node has admitted of it: the units
--          of time until that has drained
--
-- { now, then for each limit: 1 or 0, remaining, wait, time until remaining grows by one }; times in
--          microseconds; 2 in the place of 1 or 0: that one is left, and nothing of it was counted
--
-- Without functions, because Redis makes each function anew in each call, and without making numbers
-- of texts, or texts of numbers, where the text will do: half of the time.
--
-- Lua's numbers are doubles: every product here stays below 2^53 or is only compared with what does,
-- and x - x % 1 rounds down exactly what was divided. tostring, and so .., prints 14 digits.

local match, find, sub, format = string.match, string.find, string.sub, string.format
local tonumber, call, pcall = tonumber, redis.call, redis.pcall
local FIRST, PAIR = '^(%d+):(%d+):(%d+):(%d+)$', '^(%d+):(%d+)$'
local MANY = 8 -- runs that are looked at
local MOST = 9007199254740992 -- 2^53
local now_text = format('%.0f', now)
local answer = { now }
local words, log, taken, cost, permits, ttl, window, area, unit
local n = 1
for i = 1, #KEYS do
    local key = KEYS[i]
    local admitted, remaining, wait, until_next = 2, 0, 0, 0
    local text, here = ARGV[i], 0
    local cut = find(text, ';', 1, true)
    if cut then
        text, here = sub(text, 1, cut - 1), sub(text, cut + 1)
    end
    if text ~= words then -- often one policy's
        words = text
        log, taken, permits, ttl = match(words, '^(log) (%d+) (%d+) (%d+)$')
        if log then
            window = ttl * 1000 - 1000
        else
            taken, permits, window, area, unit =
                match(words, '^bucket (%d+) (%d+) (%d+) (%d+) (%d+)$')
            window = tonumber(window)
            area, unit = area * window, tonumber(unit)
        end
        cost, permits = tonumber(taken), tonumber(permits)
    end
    if log then
        local first = pcall('LINDEX', key, '0')
        if not first then
            local run = now_text .. ':' .. taken
            call('RPUSH', key, run .. ':' .. run)
            call('PEXPIRE', key, ttl)
            admitted, remaining, until_next = 1, permits - cost, window
        elseif type(first) == 'string' then
            local at, count, newest, total = match(first, FIRST)
            local oldest, drop = tonumber(at), 0
            newest, total = tonumber(newest), tonumber(total)
            local fine = newest and newest <= now and newest + window > now and total <= permits
            while fine and oldest + window <= now do
                drop, total = drop + 1, total - count
                at, count = match(call('LINDEX', key, drop) or '', PAIR)
                oldest = tonumber(at)
                fine = oldest and drop < MANY
            end
            if not fine or oldest > newest or count == '0' or total < 1 then
                -- left
            elseif total + cost > permits then
                local time, free, run = oldest, tonumber(count), drop
                local over = total + cost - permits
                while time and free < over do
                    local more
                    run = run + 1
                    time, more = match(run < MANY and call('LINDEX', key, run) or '', PAIR)
                    time, free = tonumber(time), free + (tonumber(more) or 0)
                end
                if time and time <= newest then
                    admitted, remaining = 0, permits - total
                    wait, until_next = time + window - now, oldest + window - now
                end
            else
                local same = 0 -- permits that the newest run took at this very instant
                if newest == now and oldest < now then
                    same = tonumber(match(call('LINDEX', key, '-1'), '^' .. now_text .. ':(%d+)$'))
                end
                if same then
                    if drop > 0 then
                        call('LTRIM', key, drop, '-1')
                    end
                    if oldest == now then
                        count = count + cost
                    end
                    total = total + cost
                    call('LSET', key, '0', at .. ':' .. count .. ':' .. now_text .. ':' .. total)
                    if newest < now then
                        call('RPUSH', key, now_text .. ':' .. taken)
                        call('PEXPIRE', key, ttl)
                    elseif oldest < now then
                        call('LSET', key, '-1', now_text .. ':' .. same + cost)
                    end
                    admitted, remaining = 1, permits - total
                    until_next = oldest + window - now
                end
            end
        end
    else
        local text = pcall('GET', key) or '0:0'
        local level, at
        if type(text) == 'string' then
            level, at = match(text, PAIR)
            level, at = tonumber(level), tonumber(at)
        end
        if level and level <= MOST and at <= now then
            local passed = (now - at) / unit
            passed = passed - passed % 1
            local gone = passed * permits
            level = level > gone and level - gone or 0
            local known = here * permits
            known = known < MOST and known or MOST
            local raised = known > level
            level = raised and known or level
            -- No part of a unit that has passed already drains what is new.
            at = (raised or level < permits) and now or at + passed * unit
            local over = level - (area - cost * window)
            if over > 0 then
                admitted = 0
                wait = over / permits
                wait = wait - wait % 1
                if wait * permits < over then
                    wait = wait + 1
                end
                wait = wait * unit - (now - at)
            else
                admitted = 1
                level = level + cost * window
            end
            if raised or admitted == 1 then
                local ttl = level / permits * unit / 1000
                local since = at == now and now_text or format('%.0f', at)
                call('SET', key, format('%.0f:%s', level, since), 'PX', ttl - ttl % 1 + 2)
            end
            local free = area - level
            if free > 0 then
                remaining = free / window
                remaining = remaining - remaining % 1
            end
            if free < area then
                local missing = (remaining + 1) * window - free
                until_next = missing / permits
                until_next = until_next - until_next % 1
                if until_next * permits < missing then
                    until_next = until_next + 1
                end
                until_next = until_next * unit - (now - at)
            end
        end
    end
    answer[n + 1] = admitted
    answer[n + 2] = remaining
    answer[n + 3] = wait
    answer[n + 4] = until_next
    n = n + 4
end
return answer
