-- Limits, in one round trip: all limits of one policy and key, all of them or none; or one limit each
-- of several policies and keys, which have nothing to do with each other. clock.lua stands before
-- this text and defines "now" in microseconds.
--
-- KEYS[i]  the i-th limit's key
-- ARGV[i]  what to do with it, with a space between; one text, because the client makes two buffers
--          of each argument. Either, if each limit is decided by itself:
--          'each', permits to take (at most the limit's capacity), 'log' or 'bucket', permits, window
--          in microseconds, burst (log: the permits)
--          or, if they belong together:
--          'take', 'peek' or 'back'; the same for every limit, and so the next two
--          permits to take or to give back (peek: 0), at most the capacity of every limit
--          'back': the time of the admission, else 0
--          'log' or 'bucket', permits, window, burst, as above
--          mark ('back', bucket: the level that the admission left; 'take': what a node admitted
--          while it was alone, to be counted first: of a log the ages of the permits, joined by
--          commas, of a bucket the time until it has flown off; else empty)
--
-- take, peek: { now, 1 or 0, then for each limit: remaining, wait, time until remaining grows by
--          one, mark }; times in microseconds
-- each:    { now, then for each limit: 1 or 0, remaining, wait, time until remaining grows by one,
--          mark }; 2 in the place of 1 or 0: that one failed and counted nothing, 'take' says why
--
-- log      a list of the times at which permits were taken, one entry a permit, oldest first. A
--          permit taken at t is free again at t + window.
-- bucket   "level:at": at the time "at" the used part of the bucket was "level". One permit is as
--          many units as the window has microseconds, and as many units as the limit has permits
--          flow off each microsecond: integers only, and a changed number of permits keeps what is
--          used.
--
-- Lua's numbers are doubles: every product here stays below 2^53 or is only compared with what
-- does. a % b goes through the rounded a / b, math.fmod does not. tostring would print 14 digits.

local EACH = '^each (%d+) (%a+) (%d+) (%d+) (%d+)$'
local WORDS = '^(%a+) (%d+) (%d+) (%a+) (%d+) (%d+) (%d+) ([%d,]*)$'

local each = string.find(ARGV[1], 'each', 1, true) == 1
local answer = { now }
local strange = {} -- of each: the numbers of those that the loop leaves to the functions below

-- What nearly every call is: permits to take where nothing is strange. The same decisions as below,
-- without functions, because Redis makes every function below anew in each call: half of the time
-- that it spent here. Integers are divided by hand: x - x % 1 rounds down, exactly, because what was
-- divided is below 2^53.
if each then
    local match, format, tonumber = string.match, string.format, tonumber
    local call, pcall = redis.call, redis.pcall
    local words, cost, kind, permits, window, burst, area
    local n = 1
    for i = 1, #KEYS do
        local key = KEYS[i]
        if ARGV[i] ~= words then -- often one policy's
            words = ARGV[i]
            cost, kind, permits, window, burst = match(words, EACH)
            cost, permits, window = tonumber(cost), tonumber(permits), tonumber(window)
            area = tonumber(burst) * window
        end
        local admitted, remaining, wait, until_next, level = nil, 0, 0, 0, 0
        if kind == 'bucket' then
            local text = pcall('GET', key) or '0:0'
            local used, since
            if type(text) == 'string' then
                used, since = match(text, '^(%d+):(%d+)$')
            end
            since = tonumber(since or now + 1)
            if used and since <= now then
                local gone = (now - since) * permits
                level = tonumber(used)
                if level > area then
                    level = area
                end
                level = level > gone and level - gone or 0
                local over = level - (area - cost * window)
                if over > 0 then
                    admitted = 0
                    wait = over / permits
                    wait = wait - wait % 1
                    if wait * permits < over then
                        wait = wait + 1
                    end
                else
                    admitted = 1
                    level = level + cost * window
                    local ttl = level / permits / 1000
                    call('SET', key, format('%.0f:%.0f', level, now), 'PX', ttl - ttl % 1 + 2)
                end
                local free = area - level
                remaining = free / window
                remaining = remaining - remaining % 1
                local missing = (remaining + 1) * window - free
                if free < area then
                    until_next = missing / permits
                    until_next = until_next - until_next % 1
                    if until_next * permits < missing then
                        until_next = until_next + 1
                    end
                end
            end
        elseif cost == 1 then
            local length = pcall('LLEN', key)
            local oldest, newest = now, now
            if type(length) == 'number' and length > 0 then
                oldest = tonumber((call('LINDEX', key, 0)))
                newest = tonumber((call('LINDEX', key, -1)))
            end
            if
                type(length) == 'number'
                and length <= permits
                and oldest
                and newest
                and newest <= now
                and oldest + window > now
            then
                until_next = oldest + window - now
                if length == permits then
                    admitted, wait = 0, until_next
                else
                    admitted, remaining = 1, permits - length - 1
                    call('RPUSH', key, format('%.0f', now))
                    call('PEXPIRE', key, window / 1000 + 1)
                end
            end
        end
        if not admitted then
            strange[#strange + 1] = i
        end
        answer[n + 1] = admitted or 2
        answer[n + 2] = remaining
        answer[n + 3] = wait
        answer[n + 4] = until_next
        answer[n + 5] = level
        n = n + 5
    end
    if #strange == 0 then
        return answer
    end
end

local op, cost, at = 'take', nil, nil
local CHUNK = 1000 -- as many arguments as one call may safely have

local function int(number)
    return string.format('%.0f', number)
end

local function floor_div(a, b)
    return (a - math.fmod(a, b)) / b
end

local function ceil_div(a, b)
    local rest = math.fmod(a, b)
    if rest > 0 then
        return (a - rest) / b + 1
    end
    return a / b
end

-- What a command says of a key, or nil after deleting a key of another type.
local function ask(command, key, ...)
    local answer = redis.pcall(command, key, ...)
    if type(answer) == 'table' and answer.err then
        if not string.find(answer.err, 'WRONGTYPE', 1, true) then
            error(answer.err)
        end
        redis.call('DEL', key)
        return nil
    end
    return answer
end

local function push(key, times, window)
    for first = 1, #times, CHUNK do
        redis.call('RPUSH', key, unpack(times, first, math.min(first + CHUNK - 1, #times)))
    end
    -- One more: the clock may be anywhere within its millisecond.
    redis.call('PEXPIRE', key, int(window / 1000 + 1))
end

-- Mends a log with times in the future (the clock was stepped back, another master took over) or
-- with what is no time: those become now or go. So no wait is longer than the window. Adds the
-- others, which are numbers.
local function mend(key, window, others)
    local times = others or {}
    for _, entry in ipairs(redis.call('LRANGE', key, 0, -1)) do
        local at = tonumber(entry)
        if at and at == at then
            at = math.min(at, now)
            if at + window > now then
                times[#times + 1] = at
            end
        end
    end
    table.sort(times)
    for i = 1, #times do
        times[i] = int(times[i])
    end
    redis.call('DEL', key)
    push(key, times, window)
    return #times
end

-- How many permits of a log are in use; drops those that are free again.
local function used_of(key, window)
    local length = ask('LLEN', key) or 0
    if length == 0 then
        return 0
    end
    local oldest = tonumber((redis.call('LINDEX', key, 0)))
    local newest = tonumber((redis.call('LINDEX', key, -1)))
    if not (oldest and newest and newest <= now) then
        return mend(key, window)
    end
    if oldest + window > now then
        return length
    end
    if newest + window <= now then
        redis.call('DEL', key)
        return 0
    end
    -- The first that is in use is in (low, high].
    local low, high = 0, length - 1
    while high - low > 1 do
        local middle = math.floor((low + high) / 2)
        local at = tonumber((redis.call('LINDEX', key, middle)))
        if not at then
            return mend(key, window)
        end
        if at + window > now then
            high = middle
        else
            low = middle
        end
    end
    redis.call('LTRIM', key, high, -1)
    return length - high
end

-- The time until the index-th oldest permit in use (from 0) is free again.
local function until_free(key, window, index)
    local at = tonumber((redis.call('LINDEX', key, int(index)))) or now
    return math.max(0, at + window - now)
end

local Log = {}

function Log.read(limit)
    limit.used = used_of(limit.key, limit.window)
    local over = limit.used + cost - limit.permits
    limit.wait = 0
    if over > 0 and cost > 0 then
        limit.wait = until_free(limit.key, limit.window, over - 1)
    end
end

function Log.take(limit)
    local times = {}
    local text = int(now)
    for i = 1, cost do
        times[i] = text
    end
    push(limit.key, times, limit.window)
    limit.used = limit.used + cost
end

function Log.tell(limit)
    local until_next = 0
    if limit.used > 0 then
        -- More can be in use than the limit has: its number of permits was lowered.
        until_next =
            until_free(limit.key, limit.window, math.max(0, limit.used - limit.permits))
    end
    return math.max(0, limit.permits - limit.used), until_next, 0
end

function Log.add(limit, ages)
    local times = {}
    for age in string.gmatch(ages, '%d+') do
        local at = now - tonumber(age)
        if at + limit.window > now then
            times[#times + 1] = at
        end
    end
    if #times > 0 then
        ask('LLEN', limit.key) -- another type goes
        mend(limit.key, limit.window, times)
    end
end

function Log.back(limit, at)
    if ask('LLEN', limit.key) then
        redis.call('LREM', limit.key, int(-cost), at)
    end
end

local Bucket = {}

local function write(limit)
    if limit.level > 0 then
        -- Gone when empty, and one millisecond for the clock being within its own.
        local ttl = ceil_div(ceil_div(limit.level, limit.permits), 1000) + 1
        redis.call('SET', limit.key, int(limit.level) .. ':' .. int(now), 'PX', int(ttl))
    else
        redis.call('DEL', limit.key)
    end
end

function Bucket.read(limit)
    limit.area = limit.burst * limit.window
    local text = ask('GET', limit.key)
    local level, at = string.match(text or '', '^(%d+):(%d+)$')
    if text and not level then
        redis.call('DEL', limit.key)
    end
    level = math.min(tonumber(level or 0), limit.area)
    at = tonumber(at or 0)
    local gone = math.max(0, now - at) * limit.permits
    limit.level = level > gone and level - gone or 0
    if at > now then
        -- The clock was stepped back: what is used flows off from now on, not from then on.
        write(limit)
    end
    limit.wait = 0
    local over = limit.level - (limit.area - cost * limit.window)
    if over > 0 and cost > 0 then
        limit.wait = ceil_div(over, limit.permits)
    end
end

function Bucket.take(limit)
    limit.level = limit.level + cost * limit.window
    write(limit)
end

function Bucket.tell(limit)
    local remaining = floor_div(limit.area - limit.level, limit.window)
    local until_next = 0
    if remaining < limit.burst then
        local over = limit.level - (limit.area - (remaining + 1) * limit.window)
        until_next = ceil_div(over, limit.permits)
    end
    return remaining, until_next, limit.level
end

function Bucket.add(limit, time)
    Bucket.read(limit)
    limit.level = math.min(limit.area, limit.level + tonumber(time) * limit.permits)
    write(limit)
end

function Bucket.back(limit, at, mark)
    -- What flowed off since was first what had been there before, then what this admission took:
    -- only the rest of that is still there to be given back.
    local gone = math.max(0, now - tonumber(at)) * limit.permits
    local rest = math.min(cost * limit.window, tonumber(mark) - gone)
    local level = limit.level
    if rest > 0 and level > 0 then
        limit.level = math.max(0, level - rest)
        write(limit)
    end
end

local function limit_of(i, kind, permits, window, burst, mark)
    return {
        key = KEYS[i],
        kind = kind == 'log' and Log or Bucket,
        permits = tonumber(permits),
        window = tonumber(window),
        burst = tonumber(burst),
        mark = mark,
    }
end

-- All or none. Writes from the n-th value on what "take" answers.
local function decide(limits, n)
    local admitted = 1
    for _, limit in ipairs(limits) do
        if op == 'take' and limit.mark ~= '' then
            limit.kind.add(limit, limit.mark)
        end
        limit.kind.read(limit)
        if limit.wait > 0 then
            admitted = 0
        end
    end
    for i, limit in ipairs(limits) do
        if admitted == 1 and op == 'take' then
            limit.kind.take(limit)
        end
        local last = n + 4 * i
        answer[last - 3], answer[last - 1], answer[last] = limit.kind.tell(limit)
        answer[last - 2] = limit.wait
    end
    answer[n] = admitted
end

if each then
    for _, i in ipairs(strange) do
        local kind, permits, window, burst
        cost, kind, permits, window, burst = string.match(ARGV[i], EACH)
        cost = tonumber(cost)
        -- What fails here must not undo what the others have been granted.
        pcall(decide, { limit_of(i, kind, permits, window, burst, '') }, 5 * i - 3)
    end
    return answer
end

local limits = {}
for i = 1, #KEYS do
    local kind, permits, window, burst, mark
    op, cost, at, kind, permits, window, burst, mark = string.match(ARGV[i], WORDS)
    cost = tonumber(cost)
    limits[i] = limit_of(i, kind, permits, window, burst, mark)
end

if op == 'back' then
    for _, limit in ipairs(limits) do
        if limit.kind == Bucket then
            Bucket.read(limit)
        end
        limit.kind.back(limit, at, limit.mark)
    end
    return {}
end

decide(limits, 2)
return answer
