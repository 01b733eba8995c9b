import type { FastifyInstance } from 'fastify'
import type { Gateway } from '../kernel/gateway.ts'
import { resourceRoutes } from './resource.ts'

export const customersRoutes = (app: FastifyInstance, gateway: Gateway): void => resourceRoutes(app, gateway, 'customers')
