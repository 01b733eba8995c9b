import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import type { RecordedRequest } from '../../src/sandbox/exchange.ts'
import { answer, applyThenAnswer, applyThenReset, type Effect, reset } from '../../src/sandbox/faults.ts'
import { startYandeh, type YandehSandbox } from '../../src/sandbox/yandeh/index.ts'
import { connectionTo, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { UNLIMITED, writesAt } from '../support/two-stores.ts'

const MAIN = fileURLToPath(new URL('../../examples/yandeh-to-egestor/main.ts', import.meta.url))

let store: EgestorSandbox
let yandeh: YandehSandbox
let gateway: TestGateway
let running: ChildProcess | undefined

/** New ones: two that are new to eGestor, one that it has, one that it refuses for its name. */
const registrations = () => yandeh.data.clientes.slice(0, 4)

beforeEach(async () => {
  ;[store, yandeh] = await Promise.all([startStore({ limit: null }), startYandeh({ limit: null })])
  const settings = { ...yandeh.settings, ...UNLIMITED }
  gateway = await startGateway([
    connectionTo('loja', store, UNLIMITED),
    { id: 'atacado', vendor: 'yandeh', credentials: { token: yandeh.token }, settings },
  ])
  for (const cliente of yandeh.data.clientes) cliente.status = 'Finalizado'
  const known = [...store.data.contatos.rows.values()].find(
    ({ cpfcnpj, tipo }) => String(cpfcnpj).length === 14 && tipo.includes('cliente'),
  )!
  const taxIds = ['11444777000161', String(known.cpfcnpj), '45997418000153', '60701190000104']
  for (const [index, cliente] of registrations().entries()) Object.assign(cliente, { status: 'Novo', cnpj: taxIds[index] })
  registrations()[3]!.razao_social = 'Distribuidora de Alimentos e Bebidas Irmãos Peçanha e Companhia Limitada'
})
afterEach(async () => {
  running?.kill('SIGKILL')
  await gateway.close()
  await Promise.all([store.close(), yandeh.close()])
})

function run(): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, FACHADA_URL: gateway.url, FROM: 'atacado', TO: 'loja' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running = child
  let said = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  child.stderr.on('data', (text) => {
    said += text
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })))
}

const contactsWith = (cnpj: string) => [...store.data.contatos.rows.values()].filter(({ cpfcnpj }) => String(cpfcnpj) === cnpj).length
const statuses = () => registrations().map(({ status }) => status)

function expectAllDone() {
  expect(statuses()).toEqual(['Finalizado', 'Finalizado', 'Finalizado', 'Rejeitado'])
  expect(registrations().map(({ cnpj }) => contactsWith(String(cnpj)))).toEqual([1, 1, 1, 0])
  expect(registrations()[3]!.motivo).toMatch(/name.*60/)
}

const creates = ({ method, path }: RecordedRequest) => method === 'POST' && path === '/v1/contatos'
const marks = ({ method }: RecordedRequest) => method === 'PATCH'
const reads = ({ method }: RecordedRequest) => method === 'GET'

it('takes over what is new, and does nothing when it is run again', async () => {
  expect(await run()).toMatchObject({ code: 0 })
  expectAllDone()
  const [written, marked] = [writesAt(store).length, yandeh.requests.filter(marks).length]
  expect([written, marked]).toEqual([2, 4])
  expect(await run()).toEqual({ code: 0, said: '' })
  expect([writesAt(store).length, yandeh.requests.filter(marks).length]).toEqual([written, marked])
})

/** The program dies at this request, before the vendor does it or after; the gateway goes on. */
function dying(isDone: 'before' | 'after') {
  let settled = () => {}
  const over = new Promise<void>((resolve) => {
    settled = resolve
  })
  const effect: Effect = async ({ response, apply }) => {
    const told = isDone === 'after' ? apply() : undefined
    const dead = new Promise((resolve) => running!.once('exit', resolve))
    running!.kill('SIGKILL')
    await dead
    const { status, headers, body } = told ?? apply()
    response.writeHead(status, headers).end(body)
    settled()
  }
  return { effect, over }
}

describe('killed and run again, makes each customer once', () => {
  it.each<[string, 'store' | 'yandeh', (request: RecordedRequest) => boolean, 'before' | 'after']>([
    ['while it reads the registrations', 'yandeh', reads, 'before'],
    ['while it reads the customers', 'store', reads, 'after'],
    ['before a customer is made', 'store', creates, 'before'],
    ['after a customer is made', 'store', creates, 'after'],
    ['before a registration is marked', 'yandeh', marks, 'before'],
    ['after a registration is marked', 'yandeh', marks, 'after'],
  ])('%s', async (_when, at, when, isDone) => {
    const { effect, over } = dying(isDone)
    const faults = (at === 'store' ? store : yandeh).faults
    faults.add({ when, do: effect })
    expect(await run()).toMatchObject({ code: null })
    await over
    expect(statuses()).toContain('Novo')
    expect(await run()).toMatchObject({ code: 0 })
    expectAllDone()
  })
})

describe('a create with an unknown outcome', () => {
  it.each<[string, Effect]>([
    ['reset', applyThenReset],
    ['500', applyThenAnswer(500)],
  ])('that was done (%s) is found by looking', async (_what, effect) => {
    store.faults.add({ when: creates, do: effect })
    expect(await run()).toMatchObject({ code: 0 })
    expectAllDone()
  })

  it('that was not done is left for the next run', async () => {
    store.faults.add({ when: creates, do: reset })
    const { code, said } = await run()
    expect([code, said]).toEqual([1, expect.stringContaining('left for the next run')])
    expect(statuses()).toEqual(['Novo', 'Finalizado', 'Finalizado', 'Rejeitado'])
    expect(await run()).toMatchObject({ code: 0 })
    expectAllDone()
  })
})

it('makes one customer of two registrations of the same company', async () => {
  registrations()[2]!.cnpj = registrations()[0]!.cnpj!
  expect(await run()).toMatchObject({ code: 0 })
  expect([contactsWith(String(registrations()[0]!.cnpj)), statuses()[2]]).toEqual([1, 'Finalizado'])
})

it('rejects nobody for a failure that is not the record’s', async () => {
  store.faults.add({ when: creates, times: Number.POSITIVE_INFINITY, do: answer(402, undefined, '{}') })
  expect(await run()).toMatchObject({ code: 1 })
  store.faults.clear()
  expect(statuses()).toEqual(['Novo', 'Finalizado', 'Novo', 'Rejeitado'])
  expect(await run()).toMatchObject({ code: 0 })
  expectAllDone()
})
