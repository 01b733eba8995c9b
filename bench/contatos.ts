import { LARGE, PAGE_SIZE, PAGES, SLOW_ROWS } from './settings.ts'

// Fifty invented customers in eGestor's words, always the same: the vendor's prepared answers.

const CITIES = [
  { cidade: 'São Paulo', uf: 'SP', codIBGE: '3550308', ddd: '11' },
  { cidade: 'Belo Horizonte', uf: 'MG', codIBGE: '3106200', ddd: '31' },
  { cidade: 'Porto Alegre', uf: 'RS', codIBGE: '4314902', ddd: '51' },
  { cidade: 'Recife', uf: 'PE', codIBGE: '2611606', ddd: '81' },
  { cidade: "Santa Bárbara d'Oeste", uf: 'SP', codIBGE: '3545803', ddd: '19' },
  { cidade: 'Florianópolis', uf: 'SC', codIBGE: '4205407', ddd: '48' },
]
const FIRST_NAMES = ['Ana', 'Bruno', 'Célia', 'Davi', 'Elisa', 'Fábio', 'Gláucia', 'Heitor', 'Íris', 'João']
const LAST_NAMES = ['Souza', 'Araújo', 'Conceição', 'Müller', 'Sá']
const STREETS = ['Rua das Acácias', 'Avenida Brasil', 'Travessa do Comércio', 'Alameda São João']

const twoDigits = (number: number) => String(number).padStart(2, '0')

/** The digits with two check digits behind: weights grow from the right, for a CNPJ up to 9 and again from 2. */
function checked(digits: string, heaviest: number): string {
  for (let round = 0; round < 2; round += 1) {
    const sum = [...digits].reverse().reduce((total, digit, index) => total + Number(digit) * (2 + (index % (heaviest - 1))), 0)
    digits += sum % 11 < 2 ? 0 : 11 - (sum % 11)
  }
  return digits
}

function row(index: number) {
  const isCompany = index % 3 === 0
  const name = `${FIRST_NAMES[index % 10]} ${LAST_NAMES[index % 5]}`
  const { cidade, uf, ddd } = CITIES[index % CITIES.length]!
  const login = `cliente${index + 1}`
  return {
    codigo: String(index + 1),
    nome: isCompany ? `${name} Comércio Ltda.` : name,
    fantasia: isCompany ? `Casa ${LAST_NAMES[index % 5]}` : '',
    nomeParaContato: isCompany ? name : '',
    cpfcnpj: isCompany ? checked(`${41_200_300 + index}0001`, 9) : checked(String(529_982_100 + index * 37), 11),
    tipo: index % 7 === 0 ? ['cliente', 'fornecedor'] : ['cliente'],
    dtNasc: isCompany ? '' : `19${60 + (index % 40)}-${twoDigits(1 + (index % 12))}-${twoDigits(1 + (index % 28))}`,
    dtCad: `20${16 + (index % 10)}-${twoDigits(1 + (index % 12))}-${twoDigits(1 + (index % 28))} ${twoDigits(8 + (index % 11))}:20:15`,
    emails: isCompany ? [`${login}@example.com`, `nfe.${login}@example.com`] : [`${login}@example.com`],
    fones: isCompany
      ? [`(${ddd}) 3${200 + index}-${4300 + index}`, `(${ddd}) 9${8700 + index}-${1200 + index}`]
      : [`(${ddd}) 9${8100 + index}-${5600 + index}`],
    logradouro: STREETS[index % 4]!,
    numero: String(10 + index * 3),
    complemento: index % 2 === 0 ? `Sala ${index + 1}` : '',
    bairro: 'Centro',
    cep: `${ddd}${twoDigits(index)}0${twoDigits(index)}0`,
    cidade,
    uf,
    clienteFinal: !isCompany,
    indicadorIE: isCompany ? 1 : 9,
    inscricaoMunicipal: isCompany ? String(45_000 + index) : '',
    inscricaoEstadual: isCompany ? String(110_042_490_000 + index) : '',
    obs: index % 4 === 0 ? 'Prefere contato à tarde; entrega só com agendamento.' : '',
    tags: index % 5 === 0 ? ['vip', 'atacado'] : [],
  }
}

export type ContatoRow = ReturnType<typeof row>

/** A single read has more than a row of a list. */
function whole(index: number) {
  const { codIBGE } = CITIES[index % CITIES.length]!
  const shared = row(index)
  const isDelivered = index % 2 === 0
  return {
    ...shared,
    codIBGE,
    pais: 'Brasil',
    inscricaoEstadualST: '',
    suframa: '',
    cepEntrega: isDelivered ? shared.cep : '',
    cpfCnpjEntrega: '',
    logradouroEntrega: isDelivered ? 'Rua da Entrega' : '',
    numeroEntrega: isDelivered ? '10' : '',
    complementoEntrega: '',
    bairroEntrega: isDelivered ? 'Centro' : '',
    codIBGEEntrega: isDelivered ? codIBGE : '',
    cidadeEntrega: isDelivered ? shared.cidade : '',
    ufEntrega: isDelivered ? shared.uf : '',
    pontoRefEntrega: isDelivered ? 'Ao lado da praça' : '',
    inscEstadualEntrega: '',
    fonesEntrega: '',
    emailsEntrega: '',
  }
}

export type Contato = ReturnType<typeof whole>

const indexes = Array.from({ length: PAGE_SIZE }, (_, index) => index)

export const contatos: Contato[] = indexes.map(whole)

/** A page of a list, in the envelope that eGestor puts around it. */
const pageOf = (rows: readonly ContatoRow[], pages: number) => ({
  total: pages * rows.length,
  per_page: PAGE_SIZE,
  current_page: 1,
  last_page: pages,
  next_page_url: null,
  prev_page_url: null,
  from: 1,
  to: rows.length,
  data: rows,
})

const rows = indexes.map(row)
export const pagina = pageOf(rows, PAGES)
/** Each page of the large account has customers of its own: one that came again would end an export. */
export const largePagina = (page: number) =>
  pageOf(
    rows.map((one, index) => ({ ...one, codigo: String((page - 1) * PAGE_SIZE + index + 1) })),
    LARGE.records / PAGE_SIZE,
  )
export const onlyPagina = pageOf(rows.slice(0, SLOW_ROWS), 1)
