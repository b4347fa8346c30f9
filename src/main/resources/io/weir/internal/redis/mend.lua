-- Everything that take.lua leaves, and correct without it: all limits of one policy and key, all of
-- them or none. Looks, counts what a node has admitted alone, gives back, and mends what is strange.
-- clock.lua stands before this text and defines "now" in microseconds.
--
-- KEYS     the key of each limit; if the policy gives back, behind that of a bucket the one of what
--          was given back
-- ARGV[1]  'take', 'charge' (whether or not they are free), 'peek' or 'back'; permits to take (at
--          most the capacity of every limit); 'back' if the policy gives back, else 'no'; how many limits there are
-- ARGV[2]  and so on: for each limit what it is and, behind a semicolon, what a node has admitted
--          'log', permits, TTL, and for each run: its age in microseconds, permits
--          'bucket', permits, window in units, burst, microseconds of a unit, and the units of time
--          until it has drained: what is untold, and all that the node has admitted
--          'quota', permits, begin of the period, its end, end of the next one, in seconds, and for a
--          period: its begin, the permits of it that are untold, and all that the node has admitted
-- ARGV     the last, for 'back': the time of the admission, its permits, and for each limit three
--          numbers: level, gone, since of a bucket; begin, since and 0 of a quota
--
-- take, peek: { now, 1 or 0, then for each limit: remaining, wait, time until remaining grows by
--          one; if it was taken and the policy gives back, then for each limit those three numbers };
--          times in microseconds. { now, 2 } if a period is not the one that it is: nothing was done
--
-- log      a list. "time:permits" for each instant at which permits were taken, oldest first; a
--          permit taken at t is free again at t + window. The first has two numbers more, the time
--          of the newest and the sum of all permits.
-- bucket   "level:at": at the time "at" the used part of the bucket was "level". One permit is as
--          many parts as the window has units, and as many parts as the limit has permits drain in
--          each unit: integers only, and a changed number of permits keeps what is used.
-- back     "gone:since:level:at" of a bucket: the sum of what has drained and was given back since it
--          was empty; "since" is another number each time. Of what was in the bucket when an
--          admission had been taken there is left, at least, the level then less what is gone
--          since; so much and no more can be what it took itself. "level:at" is the bucket that this
--          was written with: who counts without this key tells nobody what has drained meanwhile.
-- quota    "begin:used:since": the begin of the period that the permits were taken in, its name; how
--          many; and when the first of them was. A begin in the future (the clock was put back) is
--          that of the next period at most: nothing is given twice, and nobody waits longer.
--
-- Lua's numbers are doubles: every product here stays below 2^53 or is only compared with what
-- does. a % b goes through the rounded a / b, math.fmod does not. tostring would print 14 digits.

local CHUNK = 1000 -- as many arguments as one call may safely have
local MOST = 9007199254740992 -- 2^53
local LARGEST = 2147483647 -- number of permits
local FIRST, PAIR = '^(%d+):(%d+):(%d+):(%d+)$', '^(%d+):(%d+)$'
local WORDS = '^(%a+) (%d+) (%d+) ?(%d*) ?(%d*);([%d ]*)$'
local SECOND = 1000000

local op, cost, back, size = string.match(ARGV[1], '^(%a+) (%d+) (%a+) (%d+)$')
cost, back, size = tonumber(cost), back == 'back', tonumber(size)

local function couple(a, b)
    return string.format('%.0f:%.0f', a, b)
end

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

-- The two numbers of a text, or nil.
local function pair(text, pattern)
    local a, b = string.match(text or '', pattern or PAIR)
    return tonumber(a), tonumber(b)
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

local Log = {}

-- Nothing is used, and nothing is there.
local function clear(limit)
    limit.oldest, limit.count, limit.newest, limit.total = now, 0, now, 0
    limit.there, limit.drop, limit.ahead = false, 0, nil
end

-- Sorts what stands from an index on, together with other runs, and says how many permits that is.
-- Times in the future (the clock was stepped back, another master took over) become now, so that no
-- wait is longer than the window; what is no run goes.
local function sort(limit, from, runs)
    for _, text in ipairs(redis.call('LRANGE', limit.key, int(from), '-1')) do
        local at, count = pair(text, '^(%d+):(%d+)')
        if at then
            runs[#runs + 1] = { math.min(at, now), math.min(count, LARGEST) }
        end
    end
    table.sort(runs, function(a, b)
        return a[1] < b[1]
    end)
    local merged, total = {}, 0
    for _, run in ipairs(runs) do
        local last = merged[#merged]
        if run[2] > 0 and run[1] + limit.window > now then
            total = total + run[2]
            if last and last[1] == run[1] then
                last[2] = last[2] + run[2]
            else
                merged[#merged + 1] = run
            end
        end
    end
    if from > 0 then
        redis.call('LTRIM', limit.key, 0, int(from - 1))
    else
        redis.call('DEL', limit.key)
        clear(limit)
        if total > 0 then
            limit.oldest, limit.count = merged[1][1], merged[1][2]
        end
    end
    if total > 0 then
        limit.newest, limit.there = merged[#merged][1], true
    end
    for i, run in ipairs(merged) do
        merged[i] = couple(run[1], run[2])
    end
    for first = 1, #merged, CHUNK do
        local last = math.min(first + CHUNK - 1, #merged)
        redis.call('RPUSH', limit.key, unpack(merged, first, last))
    end
    limit.ahead, limit.changed = nil, true
    return total
end

local function mend(limit)
    limit.total = sort(limit, 0, {})
end

-- The i-th run in Redis, the first being 0: time and permits, or nil. Reads ahead, ever further.
local function run(limit, i)
    local ahead = limit.ahead
    if not ahead or i < ahead.first or i >= ahead.first + #ahead then
        local length = ahead and math.min(CHUNK, 4 * #ahead) or 2
        ahead = redis.call('LRANGE', limit.key, int(i), int(i + length - 1))
        ahead.first = i
        limit.ahead = #ahead > 0 and ahead or nil
    end
    return pair(ahead[i - ahead.first + 1])
end

-- Leaves out the oldest runs, which are free again or were given back.
local function expire(limit)
    while limit.oldest + limit.window <= now or limit.count == 0 do
        limit.total = limit.total - limit.count
        limit.drop = limit.drop + 1
        limit.oldest, limit.count = run(limit, limit.drop)
        limit.changed = true
        if not limit.oldest or limit.oldest > limit.newest or limit.count > limit.total then
            return mend(limit)
        end
    end
end

local function write_first(limit)
    local text = string.format(
        '%.0f:%.0f:%.0f:%.0f',
        limit.oldest,
        limit.count,
        limit.newest,
        limit.total
    )
    if limit.drop > 0 then
        redis.call('LTRIM', limit.key, int(limit.drop), '-1')
        limit.drop, limit.ahead = 0, nil
    end
    if limit.there then
        redis.call('LSET', limit.key, '0', text)
    else
        redis.call('RPUSH', limit.key, text)
        limit.there = true
    end
end

-- Where in Redis the first run is that is not older.
local function index_of(limit, time)
    local low, high = 0, redis.call('LLEN', limit.key) -- it is in (low, high]
    while high - low > 1 do
        local middle = floor_div(low + high, 2)
        local at = pair(redis.call('LINDEX', limit.key, int(middle)))
        if at and at >= time then
            high = middle
        else
            low = middle
        end
    end
    return high
end

function Log.read(limit)
    clear(limit)
    local first = ask('LINDEX', limit.key, '0')
    if not first then
        return
    end
    local at, count, newest, total = string.match(first, FIRST)
    at, count, newest, total = tonumber(at), tonumber(count), tonumber(newest), tonumber(total)
    if not at or newest > now or at > newest or count > total or total > MOST then
        mend(limit)
    elseif newest + limit.window <= now then
        redis.call('DEL', limit.key)
    else
        limit.there = true
        limit.oldest, limit.count, limit.newest, limit.total = at, count, newest, total
        expire(limit)
    end
end

function Log.give(limit, at, permits)
    if limit.total == 0 or at < limit.oldest or at > limit.newest then
        return
    end
    local gone = 0
    if at == limit.oldest then
        gone = math.min(permits, limit.count)
        limit.count = limit.count - gone
    else
        write_first(limit)
        local i = index_of(limit, at)
        local time, count = pair(redis.call('LINDEX', limit.key, int(i)))
        if time == at then
            gone = math.min(permits, count)
            redis.call('LSET', limit.key, int(i), couple(at, count - gone))
            limit.ahead = nil
        end
    end
    limit.total = limit.total - gone
    limit.changed = true
    if limit.total > 0 then
        expire(limit)
    else
        redis.call('DEL', limit.key)
        clear(limit)
    end
end

function Log.add(limit, text)
    local runs, total, oldest = {}, 0, now
    for age, count in string.gmatch(text, '(%d+) (%d+)') do
        local at = now - tonumber(age)
        count = math.min(tonumber(count), LARGEST)
        if count > 0 and at + limit.window > now then
            runs[#runs + 1] = { at, count }
            oldest, total = math.min(oldest, at), total + count
        end
    end
    if total == 0 then
        return
    elseif not limit.there or oldest <= limit.oldest then
        if limit.there then
            write_first(limit)
        end
        limit.total = sort(limit, 0, runs)
    else
        write_first(limit)
        local newest = limit.newest
        sort(limit, index_of(limit, oldest), runs)
        limit.newest, limit.total = math.max(newest, limit.newest), limit.total + total
    end
end

-- The time until the n-th oldest permit in use is free again.
local function until_free(limit, n)
    local at, free, i = limit.oldest, limit.count, limit.drop
    while free < n do
        local count
        i = i + 1
        at, count = run(limit, i)
        if not at then
            limit.torn = true -- fewer are there than the first run says
            return limit.newest + limit.window - now
        end
        free = free + count
    end
    return math.min(at, now) + limit.window - now
end

function Log.wait(limit)
    local over = limit.total + cost - limit.permits
    return over > 0 and until_free(limit, math.min(over, limit.total)) or 0
end

function Log.charge(limit)
    local wanted = cost
    cost = math.min(cost, 2 * limit.permits - limit.total)
    if cost > 0 then
        Log.take(limit)
    end
    cost = wanted
end

function Log.take(limit)
    if limit.total == 0 then
        limit.oldest, limit.count = now, cost
    elseif limit.newest < now then
        redis.call('RPUSH', limit.key, couple(now, cost))
    elseif limit.oldest == now then
        limit.count = limit.count + cost
    else
        local _, count = pair(redis.call('LINDEX', limit.key, '-1'))
        redis.call('LSET', limit.key, '-1', couple(now, (count or 0) + cost))
    end
    limit.newest, limit.total, limit.changed = now, limit.total + cost, true
end

function Log.tell(limit)
    local until_next = 0
    if limit.total > 0 then
        -- More can be in use than the limit has: its number of permits was lowered.
        until_next = until_free(limit, math.max(1, limit.total - limit.permits + 1))
    end
    return math.max(0, limit.permits - limit.total), until_next
end

function Log.write(limit)
    if limit.torn then
        mend(limit)
    end
    if limit.total > 0 then
        write_first(limit)
        redis.call('PEXPIRE', limit.key, limit.ttl)
    end
end

function Log.slip()
    return 0, 0, 0
end

local Bucket = {}

-- What is gone before is nothing to what will be taken.
local function begin(limit)
    limit.gone, limit.since = 0, now
end

function Bucket.read(limit)
    local text = ask('GET', limit.key)
    local level, at = pair(text)
    if not level or level > MOST then
        level, at = 0, now
        limit.changed = text
    end
    if limit.back then
        local gone, since, left = string.match(ask('GET', limit.back) or '', '^(%d+):(%d+):(.+)$')
        if left == text then
            limit.gone, limit.since = tonumber(gone), tonumber(since)
        end
    end
    local stepped = at > now
    if stepped then
        -- The clock was stepped back: what is used drains from now on, not from then on.
        at, limit.changed = now, true
    end
    local passed = floor_div(now - at, limit.unit)
    local drained = math.min(level, passed * limit.permits)
    limit.level = level - drained
    limit.at = at + passed * limit.unit
    local rounded = limit.level < limit.permits and limit.at < now
    if rounded then
        limit.at = now -- no part of a unit that has passed already drains what is new
    end
    if limit.since then
        limit.gone = limit.gone + drained
    end
    if stepped or rounded or limit.level == 0 or not limit.since or limit.gone > MOST then
        begin(limit)
    end
end

function Bucket.give(limit, _, permits, level, gone, since)
    if since ~= limit.since or gone > limit.gone then
        return
    end
    -- Of the part of a unit that has passed as much as it can have drained.
    local left = level - (limit.gone - gone) - (limit.at < now and limit.permits or 0)
    left = math.min(permits * limit.window, limit.level, left)
    if left > 0 then
        limit.level, limit.gone = limit.level - left, limit.gone + left
        limit.changed = true
        if limit.level == 0 then
            begin(limit)
        end
    end
end

function Bucket.add(limit, text)
    local untold, here = string.match(text, '(%d+) (%d+)')
    local level = math.min(MOST, limit.level + math.min(MOST, untold * limit.permits))
    local known = math.min(MOST, here * limit.permits)
    if known > level then
        level, limit.at = known, now
    end
    limit.changed = limit.changed or level > limit.level
    limit.level = level
end

function Bucket.wait(limit)
    local over = limit.level - (limit.area - cost * limit.window)
    return over > 0 and ceil_div(over, limit.permits) * limit.unit - (now - limit.at) or 0
end

function Bucket.take(limit)
    limit.level, limit.changed = limit.level + cost * limit.window, true
end

function Bucket.charge(limit)
    local most = math.max(limit.level, math.min(MOST, 2 * limit.area))
    limit.level, limit.changed = math.min(most, limit.level + cost * limit.window), true
end

function Bucket.tell(limit)
    local free = limit.area - limit.level
    local remaining = free > 0 and floor_div(free, limit.window) or 0
    local until_next = 0
    if free < limit.area then
        local missing = (remaining + 1) * limit.window - free
        until_next = ceil_div(missing, limit.permits) * limit.unit - (now - limit.at)
    end
    return remaining, until_next
end

function Bucket.write(limit)
    if limit.level == 0 then
        redis.call('DEL', limit.key, limit.back or limit.key)
        return
    end
    -- Gone when empty, and one millisecond for the clock being within its own.
    local ttl = int(ceil_div(ceil_div(limit.level, limit.permits) * limit.unit, 1000) + 1)
    local text = couple(limit.level, limit.at)
    redis.call('SET', limit.key, text, 'PX', ttl)
    if limit.back then
        redis.call('SET', limit.back, couple(limit.gone, limit.since) .. ':' .. text, 'PX', ttl)
    end
end

function Bucket.slip(limit)
    return limit.level, limit.gone, limit.since
end

-- Made only where there is one.
local function quotas()
    local Quota = {}

    function Quota.read(limit)
        local text = ask('GET', limit.key) or ''
        local begin, used, since = string.match(text, '^(%d+):(%d+):(%d+)$')
        begin, used, since = tonumber(begin), tonumber(used), tonumber(since)
        if begin and begin >= limit.begin and used <= MOST then
            limit.changed = begin > limit.ends
            limit.begin = math.min(begin, limit.ends)
            if limit.begin == limit.ends then
                limit.ends = limit.following
            end
            limit.used, limit.since = used, since
        else
            limit.used, limit.since = 0, now
        end
    end

    function Quota.give(limit, _, permits, begin, since)
        if begin == limit.begin and since == limit.since then
            limit.used = math.max(0, limit.used - permits)
            limit.changed = true
        end
    end

    function Quota.add(limit, text)
        local begin, untold, here = string.match(text, '(%d+) (%d+) (%d+)')
        if tonumber(begin) == limit.begin then
            local used = math.min(MOST, math.max(limit.used + untold, tonumber(here)))
            limit.changed = limit.changed or used > limit.used
            limit.used = used
        end
    end

    local function left(limit)
        return limit.ends * SECOND - now
    end

    function Quota.wait(limit)
        return limit.used + cost > limit.permits and left(limit) or 0
    end

    function Quota.take(limit)
        limit.used, limit.changed = limit.used + cost, true
    end

    function Quota.charge(limit)
        local most = math.max(limit.used, 2 * limit.permits)
        limit.used, limit.changed = math.min(most, limit.used + cost), true
    end

    function Quota.tell(limit)
        return math.max(0, limit.permits - limit.used), limit.used > 0 and left(limit) or 0
    end

    function Quota.write(limit)
        if limit.used == 0 then
            redis.call('DEL', limit.key)
        else
            local text = string.format('%.0f:%.0f:%.0f', limit.begin, limit.used, limit.since)
            redis.call('SET', limit.key, text, 'PX', int(ceil_div(left(limit), 1000) + 1))
        end
    end

    function Quota.slip(limit)
        return limit.begin, limit.since, 0
    end

    return Quota
end

local limits, key, Quota = {}, 0, nil
for i = 1, size do
    local kind, permits, a, b, c, alone = string.match(ARGV[1 + i], WORDS)
    local limit = { permits = tonumber(permits), alone = alone }
    key = key + 1
    limit.key = KEYS[key]
    if kind == 'log' then
        limit.kind, limit.ttl, limit.window = Log, a, a * 1000 - 1000
    elseif kind == 'quota' then
        Quota = Quota or quotas()
        limit.kind, limit.begin, limit.ends = Quota, tonumber(a), tonumber(b)
        limit.following = tonumber(c)
        if now < limit.begin * SECOND or now >= limit.ends * SECOND then
            return { now, 2 }
        end
    else
        limit.kind, limit.window, limit.unit = Bucket, tonumber(a), tonumber(c)
        limit.area = b * limit.window
        if back then
            key = key + 1
            limit.back = KEYS[key]
        end
    end
    limit.kind.read(limit)
    limits[i] = limit
end

if op == 'back' then
    local numbers = {}
    for number in string.gmatch(ARGV[size + 2], '%d+') do
        numbers[#numbers + 1] = tonumber(number)
    end
    for j, limit in ipairs(limits) do
        limit.kind.give(limit, numbers[1], numbers[2], unpack(numbers, 3 * j, 3 * j + 2))
    end
end

local admitted, waits = op == 'take', {}
for i, limit in ipairs(limits) do
    if limit.alone ~= '' then
        limit.kind.add(limit, limit.alone)
    end
    waits[i] = limit.kind.wait(limit)
    admitted = admitted and waits[i] == 0
end

local answer = { now, admitted and 1 or 0 }
for i, limit in ipairs(limits) do
    if admitted then
        limit.kind.take(limit)
    elseif op == 'charge' then
        limit.kind.charge(limit)
    end
    answer[3 * i], answer[3 * i + 2] = limit.kind.tell(limit)
    answer[3 * i + 1] = waits[i]
    if limit.changed or limit.torn then
        limit.kind.write(limit)
    end
end
if admitted and back then
    for _, limit in ipairs(limits) do
        for _, number in ipairs({ limit.kind.slip(limit) }) do
            answer[#answer + 1] = number
        end
    end
end
return answer
