import type { Answer, Call } from '../../src/kernel/call.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { GatewayError } from '../../src/kernel/errors.ts'
import { randomKeyRing, type Seal, sealFor } from '../../src/kernel/seal.ts'
import type { Credential, Journal, TokenStore } from '../../src/kernel/tokens/store.ts'
import { createTokens, type Tokens, type TokenTrouble } from '../../src/kernel/tokens.ts'
import { memoryTokens } from '../../src/store/memory/tokens.ts'
import { type TestClock, testClock } from './clock.ts'
import { answered, fakeConnection, fakeVendor } from './fake.ts'

export const LIFE_MS = 900_000

/** A connection whose refresh token is spent by using it. */
export const rotating = fakeConnection({ vendor: fakeVendor({ auth: { ...fakeVendor().auth, rotates: () => true } }) })

export interface TokenBench {
  clock: TestClock
  credentials: Map<string, Credential>
  store: TokenStore
  /** Token calls that reached the vendor. */
  calls: Call[]
  trouble: TokenTrouble[]
  /** The vendor's own answer: a new token each time. */
  grant(): Promise<Answer>
  /** How the vendor answers from now on. */
  respond(how: () => Promise<Answer>): void
  /** The vendor takes its time until the function it gives is called. */
  hold(): () => void
  /** A process' tokens on the bench's store. */
  tokens(changes?: { store?: TokenStore; seal?: Seal; journal?: Journal; clock?: Clock; random?: () => number }): Tokens
}

/** Tokens with a vendor, a store and a clock of the test's own. */
export function tokenBench(): TokenBench {
  const clock = testClock()
  const credentials = new Map<string, Credential>()
  const store = memoryTokens(clock, credentials)
  const calls: Call[] = []
  const trouble: TokenTrouble[] = []
  const seal = sealFor(randomKeyRing(), 'token')
  let issued = 0
  const grant = async () => {
    issued += 1
    return answered(200, { accessToken: `token-${issued}`, expiresInSeconds: LIFE_MS / 1_000, refreshToken: `refresh-${issued}` })
  }
  let respond = grant as () => Promise<Answer>
  return {
    clock,
    credentials,
    store,
    calls,
    trouble,
    grant,
    respond(how) {
      respond = how
    },
    hold() {
      let letGo = () => {}
      const gate = new Promise<void>((resolve) => {
        letGo = resolve
      })
      respond = () => gate.then(grant)
      return () => letGo()
    },
    tokens: (changes = {}) =>
      createTokens({
        store,
        seal,
        clock,
        random: () => 0,
        onTrouble: (told) => void trouble.push(told),
        send(call) {
          calls.push(call)
          return respond()
        },
        ...changes,
      }),
  }
}

export const refused = (status: number) => async (): Promise<Answer> => {
  throw new GatewayError('vendor_rejected', { origin: 'vendor', upstream: { status } })
}
export const failed = async (): Promise<Answer> => {
  throw new GatewayError('vendor_error', { origin: 'vendor', upstream: { status: 500 } })
}

export const kindOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'fine',
    (error: GatewayError) => error.kind,
  )
