import type { Vendor } from '../kernel/adapter.ts'
import { cange } from './cange/index.ts'
import { cplug } from './cplug/index.ts'
import { egestor } from './egestor/index.ts'
import { kommo } from './kommo/index.ts'
import { yandeh } from './yandeh/index.ts'

/** Every vendor there is: one line each, and nothing else knows them by name. */
export const vendors: readonly Vendor[] = Object.freeze([egestor, cplug, kommo, yandeh, cange])
