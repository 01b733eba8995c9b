// What every process of the bench agrees on.

/** Sockets to the vendor, for the gateway (transport.ts) and for each contestant. */
export const SOCKETS = 32
export const CONNECTION = 'loja'
export const ACCESS_TOKEN = 'bench-access-token'
export const PERSONAL_TOKEN = 'bench-personal-token'
export const PAGE_SIZE = 50
export const PAGES = 200

/** Connections of the gateway beside the one that every contestant has, and where the vendor keeps their accounts. */
export const CACHED = 'guardada'
/** An account of 100,000 customers. */
export const LARGE = { connection: 'grande', prefix: '/grande', records: 100_000 }
/** Six accounts of one page each, whose vendor takes its time. */
export const SLOW = [10, 20, 30, 40, 50, 60].map((delayMs) => ({ connection: `lenta-${delayMs}`, prefix: `/lenta-${delayMs}`, delayMs }))
export const SLOW_ROWS = 30

/** Where a contestant listens and whom it asks. */
export function settings(): { port: number; vendorUrl: string } {
  return { port: Number(process.env.PORT), vendorUrl: String(process.env.VENDOR_URL) }
}

/** A customer as a client writes it. The vendor answers with the one of this code. */
export const newCustomer = (code: string) => ({
  name: `Cliente ${code}`,
  taxId: { value: '52998224725' },
  emails: [{ value: 'cliente@example.com' }],
  phones: [{ value: '(11) 98100-5600' }],
  address: { street: 'Rua das Acácias', number: '10', district: 'Centro', city: 'São Paulo', state: 'SP', postalCode: '01310100' },
  notes: 'Prefere contato à tarde.',
})

export type NewCustomer = ReturnType<typeof newCustomer>

/** A search, so that no two lists asked at the same time are the same. */
export const search = (index: number) => `casa ${index}`

/** The members that the gateway asks of a list (vendors/egestor), for relays and routes that ask the same. */
export const LIST_QUERY =
  'fields=codigo,nome,fantasia,nomeParaContato,cpfcnpj,tipo,dtNasc,dtCad,emails,fones,logradouro,numero,complemento,bairro,cep,cidade,uf,clienteFinal,indicadorIE,inscricaoMunicipal,inscricaoEstadual,obs,tags&orderBy=codigo,asc&page=1'
