// Times that whatever runs the gateway, or stands before it, has to go by.

/** Longer than balancers keep an idle connection, so that none sends a request on one that is being closed. */
export const KEEP_ALIVE_MS = 65_000
/** After a stop signal, how long balancers are given to see /readyz, while requests are still answered. */
export const DRAIN_MS = 1_000
/** From the signal to the end, whatever is still under way. */
export const STOP_WITHIN_MS = 25_000
/** A token call that was sent is waited for, well within that. */
export const STOP_TOKENS_MS = 15_000
