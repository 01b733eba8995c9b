/** Milliseconds. What has to hold between them is tested. */
export interface TokenTimes {
  /** For a login that can be repeated. */
  callMs: number
  /** For a refresh that spends its token: giving up early is what loses it. */
  rotatingCallMs: number
  /** For storing what the vendor gave. */
  persistMs: number
  /** A call that did not leave so long after the lease was had or renewed does not leave at all. */
  marginMs: number
  leaseMs: number
  /** While a call is on its way. */
  renewEveryMs: number
  /** Between looks at what another process is doing. */
  pollMs: number
}

export const TOKEN_TIMES: TokenTimes = {
  callMs: 8_000,
  rotatingCallMs: 30_000,
  persistMs: 2_000,
  marginMs: 5_000,
  leaseMs: 15_000,
  renewEveryMs: 2_000,
  pollMs: 50,
}

/** For so long nobody tries again what was refused: credentials, and new tokens. */
export const REFUSED_FOR_MS = 30_000
