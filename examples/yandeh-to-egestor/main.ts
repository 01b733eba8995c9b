import { setTimeout as sleep } from 'node:timers/promises'

// Takes Yandeh's new pre-registrations over into eGestor. Safe to run again, wherever a run before it ended.

interface Registration {
  id: string
  name: string | null
  taxId: { value: string } | null
}

interface Problem {
  code: string
  detail?: string
  outcome?: 'not_applied' | 'applied' | 'unknown'
  upstream?: { message?: string }
  errors?: { pointer?: string; detail: string }[]
}

interface Answer<T = unknown> {
  status: number
  body: T & Problem
}

interface List<T> {
  data: T[]
  links: { next: string | null }
}

const { FACHADA_URL = 'http://127.0.0.1:3000', FACHADA_KEY, FROM = 'atacado', TO = 'loja-centro' } = process.env

/** Nobody knows what became of it: the gateway did not answer, or its vendor did not. */
const LOST: Answer = { status: 0, body: { code: 'no_answer', outcome: 'unknown' } }

/** Refused for now, and not done: the same request may be sent again after a while. */
const isEarly = ({ status, body }: Answer) => status === 429 || body.code === 'idempotency_in_progress'

async function ask<T = unknown>(path: string, method = 'GET', body?: object, headers: Record<string, string> = {}): Promise<Answer<T>> {
  for (;;) {
    const response = await fetch(FACHADA_URL + path, {
      method,
      headers: {
        ...headers,
        ...(FACHADA_KEY && { authorization: `Bearer ${FACHADA_KEY}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }).catch(() => null)
    const answer = response ? { status: response.status, body: await response.json().catch(() => LOST.body) } : LOST
    if (!isEarly(answer as Answer)) return answer as Answer<T>
    await sleep(1_000 * Number(response?.headers.get('retry-after') ?? 1))
  }
}

/** All records of a list; ends the run where they cannot all be had. */
async function walk<T>(first: string): Promise<T[]> {
  const records: T[] = []
  for (let next: string | null = first; next !== null; ) {
    const { status, body }: Answer<List<T>> = await ask(next)
    if (status !== 200) throw new Error(`${first.split('?')[0]} cannot be read: ${body.code} ${body.detail ?? ''}`)
    records.push(...body.data)
    next = body.links.next
  }
  return records
}

const customersOf = (connection: string, query: string) => `/customers?connection=${connection}&limit=200&require=all${query}`

/** Tax ids of all that eGestor has. */
async function taxIdsAtEgestor(): Promise<Set<string>> {
  const customers = await walk<Registration>(customersOf(TO, ''))
  return new Set(customers.flatMap(({ taxId }) => taxId?.value ?? []))
}

/** Whether it is the record that is not good: nothing else is a reason to reject a customer. */
const isAboutRecord = ({ code, errors }: Problem) =>
  code === 'vendor_rejected' || code === 'unsupported_field' || (code === 'validation_failed' && errors?.every(({ pointer }) => pointer))

/** What a refusal says, for whoever reads it at Yandeh. */
const reasonOf = ({ detail, upstream, errors }: Problem) =>
  upstream?.message ?? (errors?.map((error) => `${error.pointer ?? ''}: ${error.detail}`).join('; ') || (detail ?? 'recusado'))

/** A key that says no more of what is now to be sent: its write was lost in an earlier run, or the registration was changed since. */
const SPENT = ['outcome_unknown', 'idempotency_mismatch']

/** Where a key is spent and eGestor has no such customer in this run, nothing was done with it, and the next is used. */
async function create(registration: Registration): Promise<Answer> {
  for (const attempt of [1, 2, 3]) {
    const key = { 'idempotency-key': `${registration.id.replace(':', '-')}-${attempt}` }
    // As it was read: what eGestor has no place for is named in meta.warnings.
    const answer = await ask(`/customers?connection=${TO}`, 'POST', registration, key)
    if (!SPENT.includes(answer.body.code)) return answer
  }
  return LOST
}

type Review = { status: 'completed' } | { status: 'rejected'; reason: string }

/** What the registration is to be marked as; null leaves it for the next run. */
async function review(registration: Registration, known: ReadonlySet<string>): Promise<Review | null> {
  if (!registration.taxId) return null
  if (known.has(registration.taxId.value)) return { status: 'completed' }
  const { status, body } = await create(registration)
  if (status === 201 || body.outcome === 'applied') return { status: 'completed' }
  if (isAboutRecord(body)) return { status: 'rejected', reason: reasonOf(body).slice(0, 500) }
  if (body.outcome !== 'unknown') return null
  return (await taxIdsAtEgestor()).has(registration.taxId.value) ? { status: 'completed' } : null
}

/** Whether it is marked now; by whom does not matter. */
async function mark({ id }: Registration, registration: Review): Promise<boolean> {
  const { status, body } = await ask(`/customers/${encodeURIComponent(id)}`, 'PATCH', { registration })
  return status === 200 || status === 409 || body.outcome === 'applied'
}

const registrations = await walk<Registration>(customersOf(FROM, '&registrationStatus=new'))
const known = await taxIdsAtEgestor()
for (const registration of registrations) {
  const reviewed = await review(registration, known)
  if (reviewed?.status === 'completed') known.add(registration.taxId!.value)
  const isMarked = reviewed !== null && (await mark(registration, reviewed))
  if (!isMarked) process.exitCode = 1
  console.log(registration.id, isMarked ? reviewed.status : 'left for the next run')
}
