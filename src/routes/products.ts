import type { FastifyInstance } from 'fastify'
import type { Gateway } from '../kernel/gateway.ts'
import { resourceRoutes } from './resource.ts'

export const productsRoutes = (app: FastifyInstance, gateway: Gateway): void => resourceRoutes(app, gateway, 'products')
