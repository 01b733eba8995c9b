import type { FastifyReply, FastifyRequest } from 'fastify'
import xxhash from 'xxhash-wasm'
import type { AnyRecord } from '../contract/operations.ts'
import type { ListAnswer, SingleAnswer } from '../contract/page.ts'
import type { Timed } from '../kernel/gateway.ts'
import { scratch, utf8 } from './utf8.ts'

/** Of bytes, 64 bits: enough to see a change, and a fifth of what a cryptographic digest costs. */
const { h64Raw: digest } = await xxhash()

/** Up to so many characters Node sends a text and the answer's head as one; above, bytes are not joined. */
const SMALL = 8_192

const DURATIONS = /"durationMs":\d+/g

/** Whether one of the tags that the client has is this one, compared weakly. */
function isKnown(ifNoneMatch: string, tag: string): boolean {
  return ifNoneMatch.split(',').some((given) => {
    const known = given.trim()
    return known === '*' || known === tag || `W/${known}` === tag
  })
}

const tagOf = (sum: bigint) => `W/"${sum.toString(32)}"`

/** The body, and a tag of all of it but the durations. */
function worded(records: string, about: string): { body: string | Buffer; tag: string } {
  const lasting = about.replace(DURATIONS, '')
  if (records.length + about.length < SMALL) return { body: `{"data":${records},${about}`, tag: tagOf(digest(scratch(records, lasting))) }
  const body = utf8('{"data":', records, ',', about)
  // The records are bytes already.
  const sum = digest(body.subarray(0, body.length - Buffer.byteLength(about)))
  return { body, tag: tagOf(digest(scratch(lasting), sum)) }
}

/** Sends a read with its weak ETag; 304 where the client has it already. */
export function sendConditional(
  request: FastifyRequest,
  reply: FastifyReply,
  { answer, vendorMs, ageMs }: Timed<ListAnswer<AnyRecord> | SingleAnswer<AnyRecord>>,
): FastifyReply {
  request.vendorMs = vendorMs
  const about = JSON.stringify({ meta: answer.meta, links: 'links' in answer ? answer.links : undefined }).slice(1)
  const { body, tag } = worded(JSON.stringify(answer.data), about)
  reply.header('etag', tag).header('cache-control', 'private, no-cache').header('vary', 'Authorization, Accept')
  if (ageMs !== undefined) reply.header('age', Math.floor(ageMs / 1_000))
  const ifNoneMatch = request.headers['if-none-match']
  if (ifNoneMatch !== undefined && isKnown(ifNoneMatch, tag)) return reply.code(304).send()
  return reply.header('content-type', 'application/json; charset=utf-8').send(body)
}
