// Packages that come without types: what the bench uses of them.

declare module 'autocannon' {
  namespace autocannon {
    interface Request {
      method: 'GET'
      path: string
      headers: Record<string, string>
    }
    interface Client {
      setRequests(requests: Request[]): void
    }
  }
  interface Options {
    url: string
    connections: number
    duration: number
    requests: autocannon.Request[]
    setupClient(client: autocannon.Client): void
  }
  interface Result {
    requests: { average: number; total: number }
    duration: number
    errors: number
    statusCodeStats: Record<string, { count: number } | undefined>
  }
  const autocannon: (options: Options) => Promise<Result>
  export = autocannon
}

declare module 'express' {
  interface Request {
    params: { id: string }
    query: { q: string }
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
