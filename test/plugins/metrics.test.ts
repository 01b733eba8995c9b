import { expect, it } from 'vitest'
import { createMetrics } from '../../src/plugins/metrics.ts'
import { fakeCall, fakeConnection, fakeVendor } from '../support/fake.ts'

it('counts the calls of a connection for the vendor that it has, also where one of its name had another before', async () => {
  const { registry, onCall } = createMetrics()
  for (const id of ['first', 'second', 'second']) {
    const connection = fakeConnection({ vendor: fakeVendor({ id }) })
    onCall({ call: fakeCall({ connection }), durationMs: 1, error: undefined })
  }
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('http_client_request_duration_seconds_count'))
  expect(lines).toEqual([
    'http_client_request_duration_seconds_count{vendor="first",connection="centro",operation="customers.get",error_type=""} 1',
    'http_client_request_duration_seconds_count{vendor="second",connection="centro",operation="customers.get",error_type=""} 2',
  ])
})
