import { afterAll, beforeAll, expect, it } from 'vitest'
import { json } from '../support/gateway.ts'
import { startWholeSandbox, type WholeSandbox } from '../support/sandbox.ts'

let all: WholeSandbox
beforeAll(async () => {
  all = await startWholeSandbox({}, ({ id }) => id === 'processos')
})
afterAll(() => all.close())

/** Objects that have no text, some of which cannot even be asked for one. */
const WITHOUT_TEXT: unknown[] = [{ toString: 1 }, [{ value: { toString: 1 } }], { id: { toString: 1 } }, {}]

it.each(['9814', '9816', '9817'])('a value without text is not held by the field %s of Cange, and told', async (id) => {
  for (const value of WITHOUT_TEXT) {
    const customFields = [{ id, code: null, label: null, type: 'any', value }]
    const { status, body } = await all.gateway.fetch('/customers/processos:6500?dryRun=true', json('PATCH', { customFields }))
    expect([status, body.code]).toEqual([422, 'unsupported_field'])
  }
})
