import { randomUUID } from 'node:crypto'
import { setTimeout as delayed } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import type { RecordedRequest } from '../../src/sandbox/exchange.ts'
import {
  answer,
  applyThenAnswer,
  applyThenHang,
  applyThenReset,
  delay,
  type Effect,
  hang,
  html,
  malformed,
  reset,
  resetMidBody,
  truncate,
} from '../../src/sandbox/faults.ts'
import { runs } from '../support/cases.ts'
import { connectionTo, json, startStore } from '../support/gateway.ts'
import type { Json } from '../support/json.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/stores.ts'

// Rows 14 and 58 of the fault matrix: many writes with and without keys through two gateways on one Redis, while the vendor fails, Redis stands
// still and gateways are killed. What the clients were told is compared with what the vendor holds.

const WRITES = runs(100)
const AT_ONCE = 12
const WRITES_FOR_EACH_KILL = 50
/** Longer than a command may take, so that some time out. */
const REDIS_STANDS_STILL_MS = 260
const PATIENCE_MS = 300_000

const EFFECTS: Record<string, Effect | null> = {
  none: null,
  slow: delay(150),
  reset,
  applyThenReset,
  resetMidBody,
  hang,
  applyThenHang,
  html,
  malformed,
  truncated: truncate('length'),
  fails: answer(500),
  failsAfterIt: applyThenAnswer(500),
  unavailable: answer(503),
  tooMany: answer(429, { 'retry-after': '1' }),
  refused: answer(422, { 'content-type': 'application/json' }, '{"errMsg":"Recusado"}'),
}

interface Plan {
  isKeyed: boolean
  effect: string
  /** The vendor fails when the record is read back. */
  isReadBroken: boolean
  isRedisStill: boolean
  gateway: number
}

const planned = fc.record<Plan>({
  isKeyed: fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
  effect: fc.oneof({ weight: 1, arbitrary: fc.constant('none') }, { weight: 2, arbitrary: fc.constantFrom(...Object.keys(EFFECTS)) }),
  isReadBroken: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  isRedisStill: fc.integer({ min: 0, max: 29 }).map((one) => one === 0),
  gateway: fc.nat({ max: 1 }),
})

interface Told {
  status: number
  text: string
  body: Json
}

let redis: RedisServer
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let store: EgestorSandbox
const gateways: Run[] = []

const start = () =>
  run({
    folder: folder.path,
    environment: { ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`, REDIS_URL: redis.url, LOG_LEVEL: 'warn' },
    config: { connections: [connectionTo('centro', store, { limits: { requests: 10_000, perMs: 1_000 }, timeoutMs: 1_500 })] },
  })

beforeAll(async () => {
  redis = await startRedis()
  folder = await temporaryFolder()
  store = await startStore({ limit: null })
  gateways.push(...(await Promise.all([start(), start()])))
})
afterAll(async () => {
  await killAll()
  await store.close()
  await redis.stop()
  await folder.remove()
})

const heldOf = (name: string) => [...store.data.contatos.rows.values()].filter(({ nome }) => nome === name).length
const isCreateOf = (name: string) => (request: RecordedRequest) =>
  request.method === 'POST' && request.path === '/v1/contatos' && (request.body as { nome?: string }).nome === name
const isReadOf = (name: string) => (request: RecordedRequest) =>
  request.method === 'GET' && store.data.contatos.rows.get(Number(/^\/v1\/contatos\/(\d+)$/.exec(request.path)?.[1]))?.nome === name

/** One sending; null where the gateway died on it. */
async function send(gateway: number, name: string, key: string | undefined): Promise<Told | null> {
  try {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
    const response = await fetch(`${gateways[gateway]!.url}/customers`, json('POST', { name }, headers))
    const text = await response.text()
    return { status: response.status, text, body: JSON.parse(text) }
  } catch {
    return null
  }
}

/** What is wrong with an answer, given what the vendor held before the sending and holds now. */
function liesIn({ status, body }: Told, before: number, held: number): string[] {
  const outcome = status < 300 ? 'applied' : body.outcome
  // Without the store nobody can look what became of an earlier sending: `not_applied` is said of this one.
  const none = body.code === 'vendor_unavailable' ? before : 0
  const isTrue = outcome === 'applied' ? held === 1 : outcome === 'not_applied' ? held === none : outcome === 'unknown' && held <= 1
  return isTrue ? [] : [`${status} ${body.code ?? ''} says ${outcome}, the vendor holds ${held}`]
}

const isSettled = ({ status, body }: Told) =>
  status < 300 || body.code === 'outcome_unknown' || (body.retryable === false && body.outcome !== 'unknown')

interface Result {
  lies: string[]
  sendings: number
  /** How it ended, for the figures. */
  settled: string
}

async function withoutKey({ gateway }: Plan, name: string): Promise<Result> {
  const told = await send(gateway, name, undefined)
  return { lies: told ? liesIn(told, 0, heldOf(name)) : [], sendings: 1, settled: told ? (told.body.outcome ?? 'applied') : 'died' }
}

/** What a settled write may be answered instead of the same again: the store stood still when it was noted, or stands still now. */
const MAY_FOLLOW = ['idempotency_in_progress', 'outcome_unknown', 'vendor_unavailable']

/** Repeats a write under its key until that is settled, and then once more elsewhere. */
async function withKey({ gateway }: Plan, name: string): Promise<Result> {
  const key = randomUUID()
  const lies: string[] = []
  const until = Date.now() + PATIENCE_MS
  for (let sendings = 1; Date.now() < until; sendings += 1) {
    const before = heldOf(name)
    const told = await send((gateway + sendings) % 2, name, key)
    if (told) lies.push(...liesIn(told, before, heldOf(name)))
    if (told && isSettled(told)) {
      const again = await send((gateway + sendings + 1) % 2, name, key)
      const isSame = again === null || again.text === told.text || MAY_FOLLOW.includes(again.body.code)
      if (!isSame) lies.push(`${told.status} was followed by another ${again.status}`)
      return { lies, sendings, settled: told.status < 300 ? 'applied' : told.body.code }
    }
    await delayed(100)
  }
  return { lies: [...lies, `not settled within ${PATIENCE_MS} ms`], sendings: 0, settled: 'never' }
}

async function write(plan: Plan, name: string): Promise<Result> {
  const effect = EFFECTS[plan.effect]
  if (effect) store.faults.add({ when: isCreateOf(name), do: effect })
  if (plan.isReadBroken) store.faults.add({ when: isReadOf(name), times: 3, do: answer(500) })
  if (plan.isRedisStill) void redis.client.call('CLIENT', 'PAUSE', REDIS_STANDS_STILL_MS, 'ALL')
  return plan.isKeyed ? withKey(plan, name) : withoutKey(plan, name)
}

async function killOne(index: number): Promise<void> {
  await gateways[index]!.stop('SIGKILL')
  gateways[index] = await start()
}

it(`tells the truth of ${WRITES} writes, and does none of them twice`, async () => {
  const plans = fc.sample(planned, WRITES)
  const results = new Map<string, Result>()
  let kills = Promise.resolve()
  let killed = 0
  let next = 0
  const worker = async () => {
    while (next < plans.length) {
      const index = next
      next += 1
      const name = `Campanha ${index}`
      if (index % WRITES_FOR_EACH_KILL === WRITES_FOR_EACH_KILL - 1) {
        killed += 1
        kills = kills.then(() => killOne(killed % 2))
      }
      results.set(name, await write(plans[index]!, name))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  await kills

  const duplicates = [...results.keys()].filter((name) => heldOf(name) > 1)
  const lies = [...results].flatMap(([name, result]) => result.lies.map((lie) => `${name}: ${lie}`))
  const settled = Object.groupBy([...results.values()], (result) => result.settled)
  const counts = Object.entries(settled).map(([how, those]) => `${those!.length} ${how}`)
  const sendings = [...results.values()].reduce((sum, result) => sum + result.sendings, 0)
  process.stdout.write(`Campaign: ${WRITES} writes, ${sendings} sendings, ${killed} kills: ${counts.sort().join(', ')}.\n`)
  expect(duplicates).toEqual([])
  expect(lies).toEqual([])
  expect(results.size).toBe(WRITES)
}, 3_600_000)
