import { Type } from 'typebox'

/** A string as RFC 8941 writes it, or as it is; within it visible ASCII. */
const KEY = '^(?:[!#-~][!-~]{0,254}|"(?:[!#-\\[\\]-~]|\\\\["\\\\]){1,255}")$'

/** Of writes that may be repeated safely. */
export const KeyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: KEY,
      description:
        'A name that you give this write, a UUID say: 1 to 255 visible ASCII characters, quoted or bare. The write is done at most once however often it is sent with the same key to the same connection and route; its answer is kept for 24 hours.',
    }),
  ),
})

/** The key itself, out of its quotes. */
export const keyIn = (header: string) => (header.startsWith('"') ? header.slice(1, -1).replaceAll(/\\(.)/g, '$1') : header)
