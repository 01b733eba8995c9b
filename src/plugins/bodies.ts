import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import parseSecurely from 'secure-json-parse'
import { GatewayError } from '../kernel/errors.ts'

/** Deeper than any record, and shallow enough for whatever walks a body. */
const MAX_DEPTH = 32

const malformed = (detail: string, cause?: unknown) =>
  new GatewayError('validation_failed', { message: 'The body is not usable JSON.', errors: [{ pointer: '', detail }], cause })

/** Strings, numbers and what structures them; of JSON that is known to be valid. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\]:]/g

/** What parsers differ on, so that nobody is told one thing and does another: members given twice, numbers beyond all, half characters. */
function flawIn(text: string): string | null {
  const members: (Set<string> | null)[] = []
  let string = ''
  for (const [token] of text.matchAll(TOKENS)) {
    const first = token[0]!
    if (first === '{' || first === '[') {
      if (members.push(first === '{' ? new Set() : null) > MAX_DEPTH) return `is more than ${MAX_DEPTH} levels deep`
    } else if (first === '}' || first === ']') {
      members.pop()
    } else if (first === '"') {
      string = token.includes('\\') ? JSON.parse(token) : token.slice(1, -1)
      if (!string.isWellFormed()) return 'holds half a character'
    } else if (first === ':') {
      const known = members.at(-1)!
      if (known.has(string)) return 'names a member twice'
      known.add(string)
    } else if (!Number.isFinite(Number(token))) {
      return 'holds a number that is too large'
    }
  }
  return null
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function decoded(bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    throw malformed('is not UTF-8', error)
  }
}

function parsed(text: string): unknown {
  try {
    return parseSecurely.parse(text, { protoAction: 'error', constructorAction: 'error' })
  } catch (error) {
    throw malformed('is not JSON', error)
  }
}

/** Takes bodies as JSON in UTF-8 and as nothing else, with one meaning only. An empty one is left to the route's schema. */
export const bodies = fp(
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, bytes: Buffer) => {
      const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.headers['content-type'] ?? '')?.[1]
      if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
        throw new GatewayError('unsupported_media_type', { message: 'Bodies are application/json in UTF-8.' })
      }
      if (bytes.length === 0) return undefined
      const text = decoded(bytes)
      const body = parsed(text)
      const flaw = flawIn(text)
      if (flaw !== null) throw malformed(flaw)
      return body
    })
  },
  { name: 'bodies', dependencies: ['problems'] },
)
