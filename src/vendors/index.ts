import type { Vendor } from '../kernel/adapter.ts'
import { egestor } from './egestor/index.ts'

/** Every vendor there is: one line each, and nothing else knows them by name. */
export const vendors: readonly Vendor[] = Object.freeze([egestor])
