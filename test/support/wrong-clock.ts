// Loaded into a process before anything else: its clock is wrong by CLOCK_OFF_MS, and goes back an hour with each SIGWINCH.

const HOUR_MS = 3_600_000

const RightDate = Date
let offMs = Number(process.env.CLOCK_OFF_MS)
process.on('SIGWINCH', () => {
  offMs -= HOUR_MS
})

const wrongNow = () => RightDate.now() + offMs

globalThis.Date = new Proxy(RightDate, {
  construct: (_date, given: unknown[], target) => Reflect.construct(RightDate, given.length === 0 ? [wrongNow()] : given, target),
  get: (date, name, receiver) => (name === 'now' ? wrongNow : Reflect.get(date, name, receiver)),
})
