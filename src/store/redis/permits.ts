import { randomUUID } from 'node:crypto'
import { asGatewayError } from '../../kernel/errors.ts'
import { type Budget, type Permit, type PermitStore, WIDENED_MS, WIDENING } from '../../kernel/permits.ts'
import { remembered } from '../../kernel/remembered.ts'
import { type Client, keyOf, run, type Script, script } from './script.ts'

/** What a process holds and gives out without Redis is in Redis for so long beyond the window, or until it is renewed. */
const HELD_BEYOND_MS = 5_000
/** Within this every process has renewed what it holds, and knows what was lent, or knows that Redis is gone. */
const LEND_MS = 1_500

// KEYS: log (newest first), gate. ARGV: requests, window, widening. What is out of the window is forgotten.
// `within`: how many of the newest `count` are in the window at a moment. It looks at the oldest, in steps of twice the size and back in halves.
const OPEN_WINDOW = `local requests, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local gate = redis.call('HMGET', KEYS[2], 'closed', 'widened')
local closed = tonumber(gate[1] or 0)
if now < tonumber(gate[2] or 0) then window = math.floor(window * tonumber(ARGV[3])) end
local function slot(index) return tonumber(redis.call('LINDEX', KEYS[1], index) or 0) end
local function within(count, moment)
  local out, step = 0, 1
  local function isOut(next) return next <= count and slot(count - next) <= moment - window end
  while isOut(out + step) do out, step = out + step, step * 2 end
  while step > 1 do
    step = step / 2
    if isOut(out + step) then out = out + step end
  end
  return count - out
end
local logged = redis.call('LLEN', KEYS[1])
local used = within(logged, now)
if used < logged then redis.call('LTRIM', KEYS[1], 0, used - logged - 1) end
local lifeMs = window * 2 + 60000`

// KEYS[3]: what each process may use when Redis is gone, with its end. ARGV[4]: this process, ARGV[5]: when it first saw this state, or 0.
// A state that was made anew since has lost what is in the window: nothing is given from it.
const OPEN_HELD = `${OPEN_WINDOW}
local mine, others, holders = 0, 0, {}
local held = redis.call('HGETALL', KEYS[3])
local made = '0'
for i = 1, #held, 2 do
  local count, till = string.match(held[i + 1], '(%d+) (%d+)')
  if held[i] == 'made' then made = held[i + 1]
  elseif tonumber(till) <= now then redis.call('HDEL', KEYS[3], held[i])
  elseif held[i] == ARGV[4] then mine = tonumber(count)
  elseif tonumber(count) > 0 then others = others + count; table.insert(holders, {held[i], tonumber(count), till}) end
end
if ARGV[5] ~= '0' and made ~= ARGV[5] then return {} end
if made == '0' then made = string.format('%d', now); redis.call('HSET', KEYS[3], 'made', made) end
redis.call('PEXPIRE', KEYS[3], lifeMs)
local function hold(instance, count, till) redis.call('HSET', KEYS[3], instance, string.format('%d %d', count, till)) end
local heldUntil = now + window + ${HELD_BEYOND_MS}`

// ARGV[6]: how long others need to see that their permits were lent, ARGV[7]: the most to give beyond, where that can be now and without a loan;
// then the most that each caller would wait. Answers {made, still held, given beyond, remaining after those}, then {wait, remaining} for each, in
// one flat list; a refusal has remaining -1.
// A permit for later counts in the window that ends with it. What is held may be used now: it has to fit beside the whole log.
const TAKE = `${OPEN_HELD}
local callers = #ARGV - 7
local nows, nowText = {}, string.format('%d', now) -- Redis takes texts faster than numbers
if math.max(closed, slot(0)) <= now then
  for i = 1, math.min(callers + ARGV[7], requests - others - used) do nows[i] = nowText end
end
if #nows > 0 then redis.call('LPUSH', KEYS[1], unpack(nows)) end
local answer = {made, 0, math.max(0, #nows - callers), requests - used - #nows}
for i = 1, math.min(callers, #nows) do
  table.insert(answer, 0)
  table.insert(answer, requests - used - i)
end
used = used + #nows
local live = used
for i = 8 + #nows, #ARGV do
  local at = math.max(now, closed, slot(0))
  local count = within(live, at)
  if count >= requests then
    at = slot(requests - 1) + window
    count = within(live, at)
  end
  local lent = false
  if count >= requests - others then
    local seen = math.max(at, now + ARGV[6])
    local left = others < requests and math.max(at, slot(requests - others - 1) + window) or seen + 1
    lent = seen < left
    at = math.min(seen, left)
    count = within(live, at)
  end
  table.insert(answer, at - now)
  if at - now > tonumber(ARGV[i]) then
    table.insert(answer, -1)
  else
    redis.call('LPUSH', KEYS[1], at)
    used = used + 1
    live = count + 1
    table.insert(answer, requests - live)
    if lent then
      others = others - 1
      local lender = holders[#holders]
      lender[2] = lender[2] - 1
      hold(lender[1], lender[2], lender[3])
      if lender[2] == 0 then table.remove(holders) end
    end
  end
end
local rest = math.max(0, math.min(mine, requests - used - others))
if rest < mine then hold(ARGV[4], rest, heldUntil) end
answer[2] = rest
redis.call('PEXPIRE', KEYS[1], lifeMs)
return answer`

// ARGV[6]: what this process holds as far as it knows, ARGV[7]: how many permits it would hold, ARGV[8]: of what part of those that nobody has.
// Answers {made, held, gate closed for}. What it is to give up stays its own until it has said, with the next one, that it knows.
const HOLD = `${OPEN_HELD}
local count = math.max(0, math.min(tonumber(ARGV[7]), math.floor((requests - used - others) * ARGV[8])))
hold(ARGV[4], math.max(count, math.min(mine, tonumber(ARGV[6]))), heldUntil)
return {made, count, math.max(0, closed - now)}`

// KEYS[3]: held. ARGV[4]: how many permits were given without Redis, ARGV[5]: how long the gate is closed, ARGV[6]: by whom, ARGV[7]: as in
// OPEN_HELD. They count as given now. Answers 0, and does nothing, where the state was made anew.
const ENTER = `${OPEN_WINDOW}
if ARGV[7] ~= '0' and redis.call('HGET', KEYS[3], 'made') ~= ARGV[7] then return 0 end
redis.call('HDEL', KEYS[3], ARGV[6])
local at = math.max(now, slot(0))
for i = 1, math.min(requests, tonumber(ARGV[4])) do redis.call('LPUSH', KEYS[1], at) end
redis.call('PEXPIRE', KEYS[1], lifeMs)
local gateMs = tonumber(ARGV[5])
if gateMs > 0 then
  redis.call('HSET', KEYS[2], 'closed', math.max(closed, now + gateMs))
  redis.call('PEXPIRE', KEYS[2], math.max(redis.call('PTTL', KEYS[2]), gateMs + 1000))
end
return 1`

// Answers {permits left, until all are back, until the gate opens, refused lately}. While somebody waits none is left.
const STATUS = `${OPEN_WINDOW}
local gated = math.max(0, closed - now)
local refused = now < tonumber(gate[2] or 0) and 1 or 0
if used == 0 then return {gated > 0 and 0 or requests, gated, gated, refused} end
local left = (gated > 0 or slot(0) > now) and 0 or math.max(0, requests - used)
return {left, math.max(gated, slot(0) + window - now), gated, refused}`

// ARGV[4]: what the vendor says is left. Fills the window up to it.
const LOWER = `${OPEN_WINDOW}
local at = math.max(now, slot(0))
for i = used + 1, requests - tonumber(ARGV[4]) do redis.call('LPUSH', KEYS[1], at) end
redis.call('PEXPIRE', KEYS[1], lifeMs)
return 1`

// KEYS: gate. ARGV: wait, window, widening, how long to stay wide. Answers with the wait.
const CLOSE = `local wait = tonumber(ARGV[1])
local gate = redis.call('HMGET', KEYS[1], 'closed', 'widened')
if wait < 0 then wait = math.floor(tonumber(ARGV[2]) * (now < tonumber(gate[2] or 0) and tonumber(ARGV[3]) or 1)) end
local closed = math.max(tonumber(gate[1] or 0), now + wait)
redis.call('HSET', KEYS[1], 'closed', closed, 'widened', now + tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[1], math.max(closed - now, tonumber(ARGV[4])) + 1000)
return closed - now`

const SCRIPTS = {
  take: script(TAKE, 3),
  hold: script(HOLD, 3),
  enter: script(ENTER, 3),
  status: script(STATUS, 2),
  lower: script(LOWER, 2),
  close: script(CLOSE, 1),
}

/**
 * Of large budgets some permits are reserved beyond those asked for, so that not every call is a round trip. They are good for less time than
 * any vendor's margin, and what is not used is lost: both are safe. Budgets below a hundred have none.
 */
const SPARE_SHARE = 0.01
const MOST_SPARE = 64
const SPARE_MS = 10

/** Redis lost what this process had entered into a window: flushed, or started anew. */
export class StateLost extends Error {}

/** Permits in Redis, and what a process may go on with should Redis go away. */
export interface RedisPermits extends PermitStore {
  /** Renews what this process holds for itself, up to `most`: half of what is free, or all where nobody else is. Answers how long the gate is closed. */
  hold(budget: Budget, most: number, isOnlyOne: boolean): Promise<number>
  /** What may be given out should Redis be gone now. */
  held(budget: Budget): number
  /** Enters what was given without Redis, and how long a vendor wants to be left alone. Nothing is held then. False where Redis lost its state. */
  enter(budget: Budget, permits: number, closedForMs: number): Promise<boolean>
  /** Not held any more, and looked at anew when it is used again: the state is then what it is. */
  forget(budget: Budget): void
}

interface State {
  made: string
  held: number
  holding?: Promise<number> | undefined
}

/** Permits that all processes on one Redis share. Callers that come while a reservation is on its way share the next one. */
export function redisPermits(client: Client, instance: string = randomUUID()): RedisPermits {
  interface Waiting {
    maxWaitMs: number
    resolve(permit: Permit): void
    reject(error: unknown): void
  }
  const queues = new Map<string, Waiting[]>()
  const stocks = new Map<string, { left: number; until: number; remaining: number }>()
  const states = new Map<string, State>()
  const stateOf = (key: string) => remembered(states, key, (): State => ({ made: '0', held: 0 }))
  const fixed = (budget: Budget) =>
    [keyOf('permits', budget.key), keyOf('gate', budget.key), budget.requests, budget.windowMs, WIDENING] as const

  /** The scripts that look at what processes hold; what this one still holds is the first number of their answers. */
  async function runHeld(which: Script, { key, requests, windowMs }: Budget, state: State, ...rest: number[]): Promise<number[]> {
    const keys = [keyOf('permits', key), keyOf('gate', key), keyOf('held', key)] as const
    const answer = await run<[string, ...number[]]>(client, which, ...keys, requests, windowMs, WIDENING, instance, state.made, ...rest)
    const [made, ...numbers] = answer
    if (made === undefined) throw new StateLost('Redis lost what is in the window')
    state.made = made
    return numbers
  }

  async function reserve(budget: Budget): Promise<void> {
    const queue = queues.get(budget.key)!
    while (queue.length > 0) {
      const batch = queue.splice(0)
      try {
        const spare = Math.min(MOST_SPARE, Math.floor(budget.requests * SPARE_SHARE))
        const waits = batch.map(({ maxWaitMs }) => Math.floor(maxWaitMs))
        const state = stateOf(budget.key)
        const [held = 0, left = 0, remainingThen = 0, ...answer] = await runHeld(SCRIPTS.take, budget, state, LEND_MS, spare, ...waits)
        // Redis may still count what this process has given up.
        state.held = Math.min(state.held, held)
        if (left > 0) stocks.set(budget.key, { left, until: performance.now() + SPARE_MS, remaining: remainingThen })
        batch.forEach(({ resolve }, index) => {
          const waitMs = answer[index * 2]!
          const remaining = answer[index * 2 + 1]!
          resolve(remaining < 0 ? { granted: false, waitMs } : { granted: true, waitMs, remaining })
        })
      } catch (error) {
        // To each a failure of its own: what became of one's write is noted on it, and where its record is.
        for (const { reject } of batch) reject(error instanceof StateLost ? error : asGatewayError(error).copy())
      }
    }
    queues.delete(budget.key)
  }

  return {
    take(budget, maxWaitMs) {
      const stock = stocks.get(budget.key)
      if (stock && stock.left > 0 && performance.now() < stock.until) {
        stock.left -= 1
        return Promise.resolve({ granted: true, waitMs: 0, remaining: stock.remaining + stock.left })
      }
      return new Promise((resolve, reject) => {
        const waiting = { maxWaitMs, resolve, reject }
        const queue = queues.get(budget.key)
        if (queue) {
          queue.push(waiting)
        } else {
          queues.set(budget.key, [waiting])
          void reserve(budget)
        }
      })
    },
    async lower(budget, remaining) {
      await run(client, SCRIPTS.lower, ...fixed(budget), remaining)
    },
    close(budget, retryAfterMs) {
      stocks.delete(budget.key)
      return run(client, SCRIPTS.close, keyOf('gate', budget.key), Math.ceil(retryAfterMs ?? -1), budget.windowMs, WIDENING, WIDENED_MS)
    },
    async status(budget) {
      const [remaining, resetsInMs, closedForMs, refused] = (await run<number[]>(client, SCRIPTS.status, ...fixed(budget))) as [
        number,
        number,
        number,
        number,
      ]
      return { remaining, resetsInMs, closedForMs, isWidened: refused === 1 }
    },
    hold(budget, most, isOnlyOne) {
      const state = stateOf(budget.key)
      // One at a time: what a second one said of what is held would be older than the answer to the first.
      state.holding ??= runHeld(SCRIPTS.hold, budget, state, state.held, most, isOnlyOne ? 1 : 0.5)
        .then(([held = 0, closedForMs = 0]) => {
          state.held = held
          return closedForMs
        })
        .finally(() => {
          state.holding = undefined
        })
      return state.holding
    },
    held: ({ key }) => stateOf(key).held,
    async enter(budget, permits, closedForMs) {
      const state = stateOf(budget.key)
      const [log, gate, ...rest] = fixed(budget)
      const given = [permits, Math.ceil(closedForMs), instance, state.made] as const
      const isEntered = await run<number>(client, SCRIPTS.enter, log, gate, keyOf('held', budget.key), ...rest, ...given)
      state.held = 0
      return isEntered === 1
    },
    forget: ({ key }) => states.delete(key),
  }
}
