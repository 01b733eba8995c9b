import { asGatewayError } from '../../kernel/errors.ts'
import { type Budget, type Permit, type PermitStore, WIDENED_MS, WIDENING } from '../../kernel/permits.ts'
import { type Client, keyOf, NOW, run, script } from './script.ts'

// KEYS: log (newest first), gate. ARGV: requests, window, widening. What is out of the window is forgotten.
const OPEN_WINDOW = `${NOW}
local requests, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local gate = redis.call('HMGET', KEYS[2], 'closed', 'widened')
local closed = tonumber(gate[1] or 0)
if now < tonumber(gate[2] or 0) then window = math.floor(window * tonumber(ARGV[3])) end
local function slot(index) return tonumber(redis.call('LINDEX', KEYS[1], index) or 0) end
local used = redis.call('LLEN', KEYS[1])
while used > 0 and slot(-1) <= now - window do redis.call('RPOP', KEYS[1]); used = used - 1 end`

// ARGV from 4: the most that each caller would wait. Answers {wait, remaining} for each in one flat list; a refusal has remaining -1.
const TAKE = `${OPEN_WINDOW}
local answer = {}
for i = 4, #ARGV do
  local at = math.max(now, closed, slot(0))
  if used >= requests then at = math.max(at, slot(requests - 1) + window) end
  table.insert(answer, at - now)
  if at - now > tonumber(ARGV[i]) then
    table.insert(answer, -1)
  else
    while used > 0 and slot(-1) <= at - window do redis.call('RPOP', KEYS[1]); used = used - 1 end
    redis.call('LPUSH', KEYS[1], at)
    used = used + 1
    table.insert(answer, requests - used)
  end
end
redis.call('PEXPIRE', KEYS[1], window * 2 + 60000)
return answer`

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
redis.call('PEXPIRE', KEYS[1], window * 2 + 60000)
return 1`

// KEYS: gate. ARGV: wait, window, widening, how long to stay wide. Answers with the wait.
const CLOSE = `${NOW}
local wait = tonumber(ARGV[1])
local gate = redis.call('HMGET', KEYS[1], 'closed', 'widened')
if wait < 0 then wait = math.floor(tonumber(ARGV[2]) * (now < tonumber(gate[2] or 0) and tonumber(ARGV[3]) or 1)) end
local closed = math.max(tonumber(gate[1] or 0), now + wait)
redis.call('HSET', KEYS[1], 'closed', closed, 'widened', now + tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[1], math.max(closed - now, tonumber(ARGV[4])) + 1000)
return closed - now`

const SCRIPTS = {
  take: script(TAKE, 2),
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

/** Permits that all processes on one Redis share. Callers that come while a reservation is on its way share the next one. */
export function redisPermits(client: Client): PermitStore {
  interface Waiting {
    maxWaitMs: number
    resolve(permit: Permit): void
    reject(error: unknown): void
  }
  const queues = new Map<string, Waiting[]>()
  const stocks = new Map<string, { left: number; until: number; remaining: number }>()
  const fixed = (budget: Budget) =>
    [keyOf('permits', budget.key), keyOf('gate', budget.key), budget.requests, budget.windowMs, WIDENING] as const

  /** What was granted at once beyond those who asked; the last has what is left in the window after all of them. */
  function keepSpare(key: string, answer: readonly number[]): void {
    const granted = answer.filter((remaining, index) => index % 2 === 1 && remaining >= 0)
    if (granted.length > 0) stocks.set(key, { left: granted.length, until: performance.now() + SPARE_MS, remaining: granted.at(-1)! })
  }

  async function reserve(budget: Budget): Promise<void> {
    const queue = queues.get(budget.key)!
    while (queue.length > 0) {
      const batch = queue.splice(0)
      try {
        const spare = Math.min(MOST_SPARE, Math.floor(budget.requests * SPARE_SHARE))
        const waits = batch.map(({ maxWaitMs }) => Math.floor(maxWaitMs))
        const answer = await run<number[]>(client, SCRIPTS.take, ...fixed(budget), ...waits, ...Array<number>(spare).fill(0))
        keepSpare(budget.key, answer.slice(batch.length * 2))
        batch.forEach(({ resolve }, index) => {
          const waitMs = answer[index * 2]!
          const remaining = answer[index * 2 + 1]!
          resolve(remaining < 0 ? { granted: false, waitMs } : { granted: true, waitMs, remaining })
        })
      } catch (error) {
        // To each a failure of its own: what became of one's write is noted on it, and where its record is.
        for (const { reject } of batch) reject(asGatewayError(error).copy())
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
  }
}
