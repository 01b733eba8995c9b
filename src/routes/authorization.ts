import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { ref } from '../contract/components.ts'
import { NoQuery } from '../contract/query.ts'
import type { Authorization, WayBack } from '../kernel/authorization.ts'
import type { Directory } from '../kernel/directory.ts'
import { asGatewayError } from '../kernel/errors.ts'
import { callerOf } from '../plugins/access.ts'
import { connectionPath } from './connection-changes.ts'

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** A page for the person who comes back from the vendor: text alone, which loads and runs nothing and tells nobody its address. */
function page(reply: FastifyReply, status: number, title: string, text: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    .header('referrer-policy', 'no-referrer')
    .send(`<!doctype html><html lang="en"><title>${escaped(title)}</title><h1>${escaped(title)}</h1><p>${escaped(text)}</p></html>`)
}

/** Connecting an account in the browser. */
export function authorizationRoutes(server: FastifyInstance, directory: Directory, authorization: Authorization): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>()

  app.get(
    '/connections/:id/authorize',
    {
      config: { scope: 'admin', problems: [404, 501], negotiates: true },
      schema: {
        tags: ['connections'],
        operationId: 'authorizeConnection',
        summary: "The vendor's page on which a person lets the gateway in",
        description:
          '302 to it; with `Accept: application/json` its address, to hand to whoever may consent. The way back is `/oauth/callback`, the `redirectUri` of the credentials. It is good once and for ten minutes, and ends on a page that says what happened.',
        params: connectionPath('loja-online'),
        querystring: NoQuery,
        response: { 200: ref('AuthorizeAnswer'), 302: Type.Null({ description: "To the vendor's page." }) },
      },
    },
    async (request, reply) => {
      const data = authorization.begin(directory.find(request.params.id, callerOf(request), 'id'))
      // Who takes anything is a browser, or follows like one.
      return request.accepts().type(['text/html', 'application/json']) === 'application/json' ? { data } : reply.redirect(data.url, 302)
    },
  )

  // HEAD would spend the code for whoever only looks.
  app.get('/oauth/callback', { exposeHeadRoute: false, schema: { hide: true } }, async (request, reply) => {
    try {
      const { label, vendor } = await authorization.finish(request.query as WayBack)
      return page(reply, 200, 'Connected', `${label} is connected to ${vendor.name}. You can close this page.`)
    } catch (thrown) {
      const error = asGatewayError(thrown)
      if (request.accepts().type(['text/html', 'application/json']) === 'application/json') throw error
      request.problem = error
      return page(reply, error.status, 'Not connected', `${error.message} (${error.kind}, request ${request.id})`)
    }
  })
}
