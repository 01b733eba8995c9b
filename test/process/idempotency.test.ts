import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { live } from '../../src/sandbox/egestor/records.ts'
import type { RecordedRequest } from '../../src/sandbox/exchange.ts'
import { applyThenHang, type Effect, hang } from '../../src/sandbox/faults.ts'
import { isData, isLogin } from '../support/faulty.ts'
import { connectionTo, json, startStore } from '../support/gateway.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { age, temporaryFolder } from '../support/stores.ts'

// Row 14 of the fault matrix, and row 58 over processes: a gateway is killed at every point of a keyed write.

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`
const LEASE_IS_OVER_MS = 60_000

let redis: RedisServer
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let store: EgestorSandbox
/** One that nobody is logged in to. */
let unused: EgestorSandbox
/** Two that live on, and are logged in. */
let heirs: Run[]
beforeAll(async () => {
  redis = await startRedis()
  folder = await temporaryFolder()
  ;[store, unused] = await Promise.all([startStore({ limit: null }), startStore({ limit: null, store: 'norte' })])
  heirs = await Promise.all([start(), start()])
  for (const { url } of heirs) await fetch(`${url}/customers/centro:1`)
})
beforeEach(async () => {
  await redis.client.flushall()
  store.requests.length = 0
})
afterEach(() => store.faults.clear())
afterAll(async () => {
  await killAll()
  await Promise.all([store.close(), unused.close()])
  await redis.stop()
  await folder.remove()
})

const start = (): Promise<Run> =>
  run({
    folder: folder.path,
    environment: { ENCRYPTION_KEYS, REDIS_URL: redis.url },
    config: {
      connections: [
        connectionTo('centro', store, { limits: { requests: 10_000, perMs: 1_000 } }),
        connectionTo('norte', unused, { limits: { requests: 10_000, perMs: 1_000 } }),
      ],
    },
  })

interface Sending {
  /** Whose vendor is met by the fault. */
  at?: EgestorSandbox
  method?: string
  path?: string
  body?: unknown
}

async function send(
  url: string,
  key: string | undefined,
  { method = 'POST', path = '/customers?connection=centro', body = { name: 'Ana' } }: Sending = {},
) {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
  const response = await fetch(url + path, json(method, body, headers))
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
}

const isWrite = (request: RecordedRequest) => isData(request) && request.method !== 'GET'
const isReadBack = ({ method, path }: RecordedRequest) => method === 'GET' && path.startsWith('/v1/contatos/')
const openReceivable = () => [...live(store.data.recebimentos)].find(({ situacao }) => situacao !== 40)!.codigo
const customers = () => store.data.contatos.rows.size
const records = async () => Promise.all((await redis.client.keys('*:idempotency')).map((key) => redis.client.hgetall(key)))

/** Sends a write that the vendor holds so, and kills the gateway once it does. */
async function killedWhile(when: (request: RecordedRequest) => boolean, effect: Effect, key: string | undefined, sending?: Sending) {
  const server = await start()
  const held = (sending?.at ?? store).faults.add({ when, do: effect })
  const answered = send(server.url, key, sending).catch(() => 'gone')
  await expect.poll(() => held.hits, { timeout: 10_000 }).toBe(1)
  await server.stop('SIGKILL')
  expect(await answered).toBe('gone')
}

describe('a gateway that is killed', () => {
  it.each<[string, (request: RecordedRequest) => boolean, () => Sending]>([
    ['while it logs in', isLogin, () => ({ at: unused, path: '/customers?connection=norte' })],
    [
      'while it reads what it is about to settle',
      isData,
      () => ({ path: `/receivables/centro:${openReceivable()}/settlements`, body: {} }),
    ],
  ])('%s has sent nothing, and the key works again', async (_what, when, sendingOf) => {
    const key = randomUUID()
    const sending = sendingOf()
    await killedWhile(when, hang, key, sending)
    expect(await records()).toMatchObject([{ state: 'claimed' }])
    const { url } = heirs[0]!
    expect((await send(url, key, sending)).body).toMatchObject({ code: 'idempotency_in_progress' })
    await age(redis.client, LEASE_IS_OVER_MS)
    expect((await send(url, key, sending)).status).toBeLessThan(300)
    expect((sending.at ?? store).requests.filter(isWrite)).toHaveLength(1)
  })

  it.each<[string, (request: RecordedRequest) => boolean, Effect, number]>([
    ['before the vendor did the write', isWrite, hang, 0],
    ['after the vendor did the write', isWrite, applyThenHang, 1],
    ['after the vendor’s answer, before it was stored', isReadBack, hang, 1],
  ])('%s leaves a key that is never sent again', async (_what, when, effect, made) => {
    const key = randomUUID()
    const before = customers()
    await killedWhile(when, effect, key)
    expect(await records()).toMatchObject([{ state: 'sent' }])
    for (const { url } of heirs) expect((await send(url, key)).body).toMatchObject({ code: 'idempotency_in_progress', outcome: 'unknown' })
    await age(redis.client, LEASE_IS_OVER_MS)
    for (const { url } of heirs) {
      const { status, body } = await send(url, key)
      expect([status, body.code, body.outcome]).toEqual([409, 'outcome_unknown', 'unknown'])
    }
    expect(customers()).toBe(before + made)
    expect(store.requests.filter(isWrite)).toHaveLength(1)
  })

  it('in the middle of a write without a key leaves nothing that anybody repeats', async () => {
    const before = customers()
    await killedWhile(isWrite, applyThenHang, undefined)
    await fetch(`${heirs[0]!.url}/customers/centro:1`)
    expect([customers(), store.requests.filter(isWrite).length, await records()]).toEqual([before + 1, 1, []])
  })

  it('after it answered has stored the answer, which the next one gives byte for byte', async () => {
    const key = randomUUID()
    const first = await start()
    const told = await send(first.url, key)
    expect(told.status).toBe(201)
    await first.stop('SIGKILL')
    const [record] = await records()
    expect(record).toMatchObject({ state: 'done', answer: expect.stringMatching(/^v1\.k1\./) })
    const before = customers()
    const again = await send(heirs[0]!.url, key)
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([201, told.text, 'true'])
    for (const name of ['location', 'content-type']) expect(again.headers.get(name)).toBe(told.headers.get(name))
    expect(customers()).toBe(before)
  })
})

describe('two gateways on one Redis', () => {
  it('do a write once that comes to both of them a hundred times', async () => {
    const key = randomUUID()
    const before = customers()
    const sendAll = () => Promise.all(Array.from({ length: 100 }, (_, index) => send(heirs[index % 2]!.url, key)))
    const isDone = ({ status }: { status: number }) => status === 201
    let answers = await sendAll()
    // On a busy machine all may be refused, by a Redis that is late for each; then it is sent again.
    while (!answers.some(isDone)) answers = await sendAll()
    expect(customers()).toBe(before + 1)
    const done = answers.filter(isDone)
    expect(new Set(done.map(({ text }) => text)).size).toBe(1)
    for (const { body } of answers.filter((one) => !done.includes(one)))
      expect(body).toMatchObject({ status: expect.any(Number), retryable: true })
  })
})
