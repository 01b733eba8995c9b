// Packages that come without types: what the bench uses of them.

declare module 'autocannon' {
  interface Options {
    url: string
    connections: number
    duration: number
    requests: { method: 'GET'; path: string; headers: Record<string, string> }[]
  }
  interface Result {
    requests: { average: number; total: number }
    duration: number
    non2xx: number
    errors: number
    '2xx': number
  }
  const autocannon: (options: Options) => Promise<Result>
  export = autocannon
}

declare module 'express' {
  interface Request {
    params: { id: string }
  }
  interface Response {
    json(body: unknown): void
  }
  interface Application {
    get(path: string, handler: (request: Request, response: Response) => Promise<void>): void
    listen(port: number, host: string): void
  }
  const express: () => Application
  export = express
}
