// What every process of the bench agrees on.

/** Sockets to the vendor, for the gateway (transport.ts) and for each contestant. */
export const SOCKETS = 32
export const CONNECTION = 'loja'
export const ACCESS_TOKEN = 'bench-access-token'
export const PERSONAL_TOKEN = 'bench-personal-token'
export const PAGE_SIZE = 50
export const PAGES = 200

/** Where a contestant listens and whom it asks. */
export function settings(): { port: number; vendorUrl: string } {
  return { port: Number(process.env.PORT), vendorUrl: String(process.env.VENDOR_URL) }
}

/** The members that the gateway asks of a list (vendors/egestor), for relays and routes that ask the same. */
export const LIST_QUERY =
  'fields=codigo,nome,fantasia,nomeParaContato,cpfcnpj,tipo,dtNasc,dtCad,emails,fones,logradouro,numero,complemento,bairro,cep,cidade,uf,clienteFinal,indicadorIE,inscricaoMunicipal,inscricaoEstadual,obs,tags&orderBy=codigo,asc&page=1'
