import type { Warning } from '../../src/contract/page.ts'
import type { Context } from '../../src/kernel/adapter.ts'
import { GatewayError } from '../../src/kernel/errors.ts'

export interface TestContext extends Context {
  readonly warnings: Warning[]
}

/** What an adapter is given, on a day that does not move. */
export function testContext(vendor: string, settings: Readonly<Record<string, unknown>> = {}): TestContext {
  const warnings: Warning[] = []
  const prefix = 'loja-centro:'
  return {
    connection: 'loja-centro',
    vendor,
    writeKey: () => '6f1c1f2e-7a0b-4c6d-9d55-3f0a7c1b2e4d',
    timeZone: 'America/Sao_Paulo',
    today: '2024-05-10',
    settings,
    defaults: (settings.defaults ?? {}) as Readonly<Record<string, unknown>>,
    warnings,
    id: (vendorId) => prefix + vendorId,
    vendorId(reference, pointer) {
      if (reference.startsWith(prefix)) return reference.slice(prefix.length)
      throw new GatewayError('vendor_rejected', {
        errors: [{ pointer, detail: 'must be the id of a record of the connection loja-centro' }],
      })
    },
    warn(vendorId, field, reason) {
      warnings.push({ ...(vendorId !== null && { vendorId }), field, reason })
    },
  }
}
