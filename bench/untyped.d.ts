// Packages that come without types: what the bench uses of them.

declare module 'autocannon' {
  namespace autocannon {
    interface Request {
      method: 'GET' | 'POST'
      path: string
      headers: Record<string, string>
      body?: string
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
    body: import('./settings.ts').NewCustomer
  }
  interface Response {
    status(code: number): Response
    json(body: unknown): void
  }
  type Handler = (request: Request, response: Response) => Promise<void>
  interface Application {
    use(parser: object): void
    get(path: string, handler: Handler): void
    post(path: string, handler: Handler): void
    listen(port: number, host: string): void
  }
  const express: { (): Application; json(): object }
  export = express
}
