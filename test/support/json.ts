/** An answer that a test looks into freely: its shape is checked against the schemas where it comes in (gateway.ts), or is what is being tested. */
// biome-ignore lint/suspicious/noExplicitAny: with unknown each look would need a cast, which checks no more
export type Json = any
