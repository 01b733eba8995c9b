import { isDeepStrictEqual } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { vendors } from '../../src/vendors/index.ts'
import { json } from '../support/gateway.ts'
import { type Held, HOLDS, type Place } from '../support/holds.ts'
import { at, isAmong, isNothing, LEAVES, type Members, unplaced } from '../support/members.ts'
import { startWholeSandbox } from '../support/sandbox.ts'
import { WHOLE_RECORDS } from '../support/whole-records.ts'

// A record is portable: what was read from one vendor is taken by another as it is, and what the other cannot hold is told.

type Kind = 'customers' | 'products'
interface Connection {
  id: string
  vendor: string
}

const KINDS: readonly Kind[] = ['customers', 'products']
const givenIn = (record: Members, kind: Kind) => LEAVES[kind].filter((path) => !isNothing(at(record, path)))

const sandbox = await startWholeSandbox()
afterAll(sandbox.close)
const call = sandbox.gateway.fetch

const record = (kind: Kind, id: string) => call(`/${kind}/${encodeURIComponent(id)}`).then(({ body }) => body.data as Members)

/** Of the first records of a connection, as few as have between them every member that any of them has. */
async function tellingRecords(kind: Kind, { id }: Connection): Promise<Members[]> {
  const { status, body, text } = await call(`/${kind}?connection=${id}&limit=25`)
  if (status !== 200) throw new Error(`${kind} of ${id}: ${status} ${text}`)
  const records: Members[] = []
  for (const row of body.data) records.push(await record(kind, row.id))
  const chosen: Members[] = []
  const told = new Set<string>()
  const news = (each: Members) => givenIn(each, kind).filter((path) => !told.has(path)).length
  for (;;) {
    const [best] = records.toSorted((one, other) => news(other) - news(one))
    if (!best || news(best) === 0) return chosen
    chosen.push(best)
    for (const path of givenIn(best, kind)) told.add(path)
  }
}

/** Whether ids, and fields of the account, mean the same where the record goes. */
function isOwn(path: string, sent: Members, target: Connection): boolean {
  return path === 'customFields' ? sent.vendor === target.vendor : sent.connection === target.id
}

/** What is wrong with how one member arrived. */
function wrongWith(path: string, place: Place, sent: Members, made: Members, target: Connection, warned: boolean): string | null {
  const given = at(sent, path)
  if (isNothing(given)) return null
  const isSame = isDeepStrictEqual(unplaced(path, at(made, path), given), given)
  const shown = `${sent.id}: ${path}: ${JSON.stringify(given)} became ${JSON.stringify(at(made, path))}`
  const isHeld = place.standing === 'own' ? isOwn(path, sent, target) : place.standing === 'holds' && (place.onlyIf?.(sent) ?? true)
  if (isHeld) return isSame && !warned ? null : `is held, but ${shown}${warned ? ', with a warning' : ''}`
  if (warned || (isSame && place.standing === 'derives')) return null
  return `nothing is told of ${shown}`
}

/** Values of members that no two records may share. */
const taken = new Set<string>()
function isTaken(kind: Kind, sent: Members, target: Connection, { unique }: Held): boolean {
  if (unique === undefined) return false
  const mark = `${kind} ${target.id} ${at(sent, unique)}`
  const isAgain = taken.has(mark)
  taken.add(mark)
  return isAgain
}

/** Posts a record as it is, and says everything that is wrong with what came of it. */
async function misfits(kind: Kind, sent: Members, target: Connection, held: Held): Promise<string[]> {
  const { status, body } = await call(`/${kind}?connection=${target.id}`, json('POST', sent))
  const missing = held.required.filter((path) => isNothing(at(sent, path)))
  if (missing.length > 0) {
    const pointers = (body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer.slice(1).replaceAll('/', '.'))
    const isToldWhole = status === 422 && isDeepStrictEqual(pointers, missing)
    return isToldWhole ? [] : [`${sent.id} without ${missing}: ${status} ${pointers}`]
  }
  if (isTaken(kind, sent, target, held)) return body.code === 'vendor_rejected' ? [] : [`${sent.id} again: ${status} ${body.code}`]
  if (status !== 201) return [`${sent.id}: ${status} ${JSON.stringify(body.errors ?? body.detail)}`]
  const made = await record(kind, body.data.id)
  const fields: string[] = body.meta.warnings.map(({ field }: { field: string | null }) => field ?? '')
  return LEAVES[kind].flatMap((path) => wrongWith(path, held.places.get(path)!, sent, made, target, isAmong(path, fields)) ?? [])
}

it.each(vendors)('has written down what $id can hold, member by member', ({ id }) => {
  for (const kind of KINDS) {
    expect(Object.hasOwn(HOLDS, id), `${id} has no rows in test/support/holds.ts`).toBe(true)
    const held = HOLDS[id]![kind]
    if (held) expect([...held.places.keys()].toSorted()).toEqual(LEAVES[kind].toSorted())
  }
})

it.each(KINDS)('leaves no member of %s untried', (kind) => {
  expect(LEAVES[kind].filter((path) => WHOLE_RECORDS[kind].every((each) => isNothing(at(each, path))))).toEqual([])
})

const read = new Map<string, Promise<Members[]>>()
function recordsOf(kind: Kind, source: Connection): Promise<Members[]> {
  const place = `${kind} ${source.id}`
  const found = read.get(place) ?? tellingRecords(kind, source)
  read.set(place, found)
  return found
}

const targets = sandbox.connections.flatMap((target) => KINDS.map((kind) => ({ kind, target, held: HOLDS[target.vendor]?.[kind] ?? null })))

describe.each(targets)('$kind made at $target.id ($target.vendor)', ({ kind, target, held }) => {
  if (held === null) {
    it('are refused, as it takes no new ones', async () => {
      const { status, body } = await call(`/${kind}?connection=${target.id}`, json('POST', WHOLE_RECORDS[kind][0]))
      expect([status, body.code]).toEqual([501, 'unsupported_operation'])
    })
    return
  }

  it.each(sandbox.connections.filter(({ id }) => id !== target.id))('may be those of $id ($vendor), as they are', async (source) => {
    const records = await recordsOf(kind, source)
    expect(records.length).toBeGreaterThan(0)
    const wrong: string[] = []
    for (const sent of records) wrong.push(...(await misfits(kind, sent, target, held)))
    expect(wrong).toEqual([])
  })

  it('may have every member there is', async () => {
    const wrong: string[] = []
    for (const sent of WHOLE_RECORDS[kind]) wrong.push(...(await misfits(kind, sent, target, held)))
    expect(wrong).toEqual([])
  })
})
