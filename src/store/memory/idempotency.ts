import type { Clock } from '../../kernel/clock.ts'
import { DONE_MS, type IdempotencyStore, LEASE_MS, UNKNOWN_MS } from '../../kernel/idempotency.ts'

interface Record {
  state: 'claimed' | 'sent' | 'done'
  owner: string
  fingerprint: string
  leaseUntil: number
  /** Then it is forgotten. */
  until: number
  answer: string
}

/** Keyed writes of one process. Each took a vendor's permit, so that vendors' limits bound how many there are. */
export function memoryIdempotency(clock: Clock, records = new Map<string, Record>()): IdempotencyStore {
  const live = (name: string) => {
    const record = records.get(name)
    return record && record.until > clock.now() ? record : undefined
  }

  const owned = (name: string, owner: string) => {
    const record = live(name)
    return record?.owner === owner ? record : undefined
  }

  function forgetOldest(): void {
    for (const [name, { until }] of records) {
      if (until > clock.now()) return
      records.delete(name)
    }
  }

  function lease(record: Record): void {
    record.leaseUntil = clock.now() + LEASE_MS
    record.until = clock.now() + (record.state === 'claimed' ? LEASE_MS : UNKNOWN_MS)
  }

  return {
    async claim(name, { owner, fingerprint, sendsAgain }) {
      forgetOldest()
      const record = live(name)
      if (!record) {
        const claimed: Record = { state: 'claimed', owner, fingerprint, leaseUntil: 0, until: 0, answer: '' }
        lease(claimed)
        records.set(name, claimed)
        return { state: 'free' }
      }
      if (record.state === 'done') return { state: 'done', fingerprint: record.fingerprint, answer: record.answer }
      if (record.leaseUntil > clock.now()) return { state: 'busy', fingerprint: record.fingerprint }
      if (!sendsAgain || record.fingerprint !== fingerprint) return { state: 'unknown', fingerprint: record.fingerprint }
      record.owner = owner
      lease(record)
      return { state: 'again' }
    },
    async has(name) {
      return live(name) !== undefined
    },
    async renew(name, owner) {
      const record = owned(name, owner)
      if (record) lease(record)
      return record !== undefined
    },
    async markSent(name, owner) {
      const record = owned(name, owner)
      if (!record) return false
      record.state = 'sent'
      lease(record)
      return true
    },
    async settle(name, owner, answer) {
      const record = owned(name, owner)
      if (!record) return
      // Last again, so that the oldest come first.
      records.delete(name)
      records.set(name, {
        ...record,
        state: answer === null ? 'sent' : 'done',
        leaseUntil: 0,
        until: clock.now() + (answer === null ? UNKNOWN_MS : DONE_MS),
        answer: answer ?? '',
      })
    },
    async release(name, owner) {
      if (owned(name, owner)) records.delete(name)
    },
  }
}
